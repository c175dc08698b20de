"""What each shell completes, asked of the shell itself."""

import pathlib
import shlex
import subprocess
import unittest

from support import PROGRAM, CliTest, raw

CONFIG = """
default_store = "dev"
graph = ["features.toml"]
[stores.dev]
path = "meta.db"
[stores."my prod"]
path = "prod.db"
"""

# Prints what Tab offers after the words of $line, one a line.
BASH = """
source <("$DIOTIMA_PROGRAM" completion bash)
compopt() {{ :; }}
COMP_WORDS=({words}); COMP_CWORD={last}
_diotima
printf '%s\\n' "${{COMPREPLY[@]}}"
"""

# zsh completes in its line editor alone, so it is given a terminal of its own. What is offered is
# taken where the completion hands it over.
ZSH = """
zmodload zsh/zpty
zpty shell "TERM=dumb zsh -f -i"
tell() {{ zpty -w shell "$1" }}
tell 'PROMPT=; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D'
tell 'source <("$DIOTIMA_PROGRAM" completion zsh)'
tell 'compadd() {{ local -a found; builtin compadd -O found "$@"; print -l -- $found >> offered; builtin compadd "$@" }}'
tell 'finish() {{ zle complete-word; print done > finished }}; zle -N finish; bindkey "^I" finish'
zpty -w -n shell {line}$'\\t'
for i in {{1..200}}; do [[ -e finished ]] && break; sleep 0.05; done
[[ -e offered ]] && cat offered
true
"""


class Bash:
    name = "bash"
    quotes = True

    @staticmethod
    def script(line):
        words = Bash.split(line)
        quoted = " ".join(shlex.quote(word) for word in words)
        return ["bash", "--norc", "-c", BASH.format(words=quoted, last=len(words) - 1)]

    @staticmethod
    def split(line):
        """Into words as readline does, quotes kept."""
        words, word, quote = [], "", ""
        for c in line:
            if not quote and c == " " and not word.endswith("\\"):
                words.append(word) if word else None
                word = ""
            elif not quote and c == "=":
                words += [word, "="] if word else ["="]
                word = ""
            else:
                quote = "" if c == quote else c if not quote and c in "'\"" else quote
                word += c
        return words + [word]


class Zsh:
    name = "zsh"

    @staticmethod
    def script(line):
        return ["zsh", "-f", "-c", ZSH.format(line=shlex.quote(line))]


class Fish:
    name = "fish"

    @staticmethod
    def script(line):
        return ["fish", "--no-config", "-c",
                f'"$DIOTIMA_PROGRAM" completion fish | source; complete -C {shlex.quote(line)}']


class CompletionTest(CliTest):
    shells = (Bash, Zsh, Fish)

    def setUp(self):
        super().setUp()
        self.file("diotima.toml", CONFIG)
        self.file("other dir/rows of mine.jsonl", "")
        tools = self.dir / "bin"
        tools.mkdir()
        (tools / "diotima").symlink_to(pathlib.Path(PROGRAM).resolve())
        self.env["PATH"] = f"{tools}:{self.env['PATH']}"
        self.env["HOME"] = str(self.dir)
        self.env["DIOTIMA_PROGRAM"] = str(tools / "diotima")

    def offered(self, shell, line):
        for name in ("offered", "finished"):
            (self.dir / name).unlink(missing_ok=True)
        done = subprocess.run(shell.script(line), cwd=self.dir, env=self.env, capture_output=True,
                              timeout=60, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(done.stderr.decode(), "", (shell.name, line))
        words = [word.split("\t")[0] for word in done.stdout.decode().splitlines() if word]
        return [word.replace("\\", "") for word in words]

    def check(self, line, expected, shells=None):
        """`expected` are among what is offered; or all there is, when it is a list."""
        for shell in shells or self.shells:
            with self.subTest(shell=shell.name, line=line):
                offered = self.offered(shell, line)
                if isinstance(expected, list):
                    self.assertEqual(sorted(set(offered)), sorted(expected))
                else:
                    self.assertLessEqual(expected, set(offered))

    def test_commands(self):
        self.check("diotima re", ["read", "resolve", "rebase", "restore"])
        self.check("diotima graph ", ["diff", "render"])
        self.check("diotima metadata de", ["delete"])

    def test_commands_are_described(self):
        done = subprocess.run(Fish.script("diotima resol"), cwd=self.dir, env=self.env,
                              capture_output=True, check=True)
        self.assertEqual(done.stdout.decode(), "resolve\tPrint what is new, stale or orphaned\n")

    def test_features(self):
        for line in ("diotima read video/", "diotima status files video/",
                     "diotima delete --feature video/", "diotima metadata delete video/",
                     "diotima --format json describe video/"):
            self.check(line, ["video/raw", "video/crop"])
        self.check("diotima copy --filter vid", ["video/raw=", "video/crop="])
        self.check("diotima write ", {"video/raw", "video/crop", "files"})

    def test_a_graph_named_before(self):
        self.file("other dir/a.toml", '[[features]]\nkey = "audio/x"\nid_columns = ["id"]\n')
        for graph in ("--graph 'other dir/a.toml'", "--graph other\\ dir/a.toml",
                      "--graph='other dir/a.toml'", '--graph "$HOME/other dir/a.toml"'):
            self.check(f"diotima {graph} read a", ["audio/x"], (Bash, Zsh))
        self.check("diotima --graph 'other dir/a.toml' read a", ["audio/x"], (Fish,))

    def test_features_of_a_store(self):
        self.write("video/raw", [raw(1)])
        self.ok("push")
        version = self.read("video/raw")[0]["metaxy_feature_version"]
        (self.dir / "diotima.toml").unlink()
        before = sorted((self.dir / "meta.db").iterdir())
        self.check("diotima --store meta.db read video/r", ["video/raw"])
        self.check("diotima read video/raw --store=meta.db --feature-version ", [version])
        self.assertEqual(sorted((self.dir / "meta.db").iterdir()), before)

    def test_stores(self):
        self.check("diotima --store d", ["dev"])
        self.check("diotima copy --from my", ["my prod"])
        self.check("diotima --store=d", ["dev"], (Bash, Zsh))
        self.check("diotima --store=d", ["--store=dev"], (Fish,))

    def test_choices(self):
        self.check("diotima --format j", ["json", "jsonl"])
        self.check("diotima graph render --format s", ["svg"])
        self.check("diotima delete --cascade ", ["none", "downstream", "upstream", "both"])
        self.check("diotima init --hash-algorithm x", ["xxhash32", "xxhash64"])
        self.check("diotima completion z", ["zsh"])
        self.check("diotima init --hash-algorithm=s", ["sha256"], (Bash, Zsh))

    def test_options(self):
        self.check("diotima read --fil", ["--filter"])
        self.check("diotima read video/raw --wi",
                   ["--with-feature-history", "--with-sample-history"])
        self.check("diotima push --sto", ["--store"])

    def test_files(self):
        for line in ("diotima write files ", "diotima --graph ", "diotima --store me"):
            done = self.run_program("__complete", *Bash.split(line)[1:])
            self.assertIn(":files", done.out.splitlines()[:1], line)
        self.check("diotima --graph fe", ["features.toml"], (Fish,))
        self.check("diotima --graph=fe", {"--graph=features.toml"}, (Fish,))
        self.check("diotima --graph fe", {"features.toml"}, (Zsh,))
        self.check("diotima --graph=fe", {"features.toml"}, (Zsh,))
        self.check("diotima read features.t", [])

    def test_nothing_is_said_when_all_is_wrong(self):
        self.file("diotima.toml", "nonsense [")
        self.file("bad.toml", "= [")
        for words in (["read", ""], ["--config", "none.toml", "read", ""], ["--store", ""],
                      ["--graph", "bad.toml", "read", ""], ["--nope", ""], ["--nope=", "x"],
                      ["--store", "/dev/null", "read", ""], [], ["write", "'", "$", "${"]):
            outcome = self.run_program("__complete", *words)
            self.assertEqual((outcome.code, outcome.err), (0, ""), words)
        outcome = self.run_program("--config", "/dev/null", "__complete")
        self.assertEqual(outcome.code, 2)
        (self.dir / "diotima.toml").unlink()
        outcome = self.run_program("__complete", "--store", "new.db", "read", "")
        self.assertEqual((outcome.code, outcome.out, outcome.err), (0, "", ""))
        self.assertFalse((self.dir / "new.db").exists())


if __name__ == "__main__":
    unittest.main()
