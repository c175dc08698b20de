// `completion`: scripts for shells. They ask the program itself (`__complete`) what may stand
// where.
#include "cli/commands/command.h"

namespace diotima::cli {
namespace {

// Readline takes `=` and `:` for words of their own, which are put together again here, and what is
// printed for `--store=dev` is cut to what it replaces.
constexpr char kBash[] = R"(# bash completion for diotima: source <(diotima completion bash)
_diotima() {
  local current="${COMP_WORDS[COMP_CWORD]}" glue="" word line candidate head
  local -a words=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ ${#words[@]} -gt 0 && ( -n "$glue" || "$word" == [=:] ) ]]; then
      words[-1]+="$word"
    else
      words+=("$word")
    fi
    [[ "$word" == [=:] ]] && glue=1 || glue=""
  done
  [[ "$current" == [=:] ]] && current=""
  head="${words[-1]%"$current"}"
  current="${current#[\"\']}"
  current="${current//\\/}"
  COMPREPLY=()
  compopt +o default 2>/dev/null
  while IFS= read -r line; do
    if [[ "$line" == :files ]]; then
      compopt -o default 2>/dev/null
      continue
    fi
    candidate="${line%%$'\t'*}"
    candidate="${candidate#"$head"}"
    [[ "$candidate" == "$current"* ]] || continue
    [[ "$candidate" == *= ]] && compopt -o nospace 2>/dev/null
    [[ "${COMP_WORDS[COMP_CWORD]}" == [\"\']* ]] || printf -v candidate %q "$candidate"
    COMPREPLY+=("${candidate/%\\=/=}")
  done < <("${COMP_WORDS[0]/#\~\//$HOME/}" __complete "${words[@]}" 2>/dev/null)
}
complete -o default -F _diotima diotima
)";

constexpr char kZsh[] = R"(#compdef diotima
# zsh completion for diotima: source <(diotima completion zsh)
_diotima() {
  local line candidate head="" files="" tab=$'\t'
  local -a candidates unspaced
  local program=${~words[1]}
  [[ "$PREFIX" == --*=* ]] && head="${PREFIX%%=*}="
  for line in "${(@f)$("$program" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n "$line" ]] || continue
    if [[ "$line" == :files ]]; then
      files=1
      continue
    fi
    candidate="${line%%$tab*}"
    candidate="${candidate#"$head"}"
    if [[ "$candidate" == *= ]]; then
      unspaced+=("$candidate")
    else
      candidates+=("${candidate//:/\\:}:${line#*$tab}")
    fi
  done
  [[ -n "$head" ]] && compset -P 1 '*='
  local failed=1
  (( ${#unspaced} )) && compadd -S '' -- "${unspaced[@]}" && failed=0
  (( ${#candidates} )) && _describe -t values value candidates && failed=0
  [[ -n "$files" ]] && _files && failed=0
  return failed
}
# As a file of $fpath it is the function's body; sourced, it defines it.
if [[ "${funcstack[1]}" == _diotima ]]; then
  _diotima "$@"
else
  compdef _diotima diotima
fi
)";

constexpr char kFish[] = R"(# fish completion for diotima: diotima completion fish | source
function __diotima_ask
    set -l words (commandline -opc) (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    $program __complete $words[2..-1] 2>/dev/null
end
function __diotima_takes_no_file
    not __diotima_ask | string match -q ':files'
end
function __diotima_candidates
    __diotima_ask | string match -v ':files'
end
complete -c diotima -n __diotima_takes_no_file -f
complete -c diotima -a '(__diotima_candidates)'
)";

}  // namespace

void AddCompletion(CLI::App* parent, Run* run) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = AddCommand(parent, "completion", "Print a completion script for a shell",
                                 "  source <(diotima completion bash)\n"
                                 "  diotima completion fish | source\n");
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([=] {
    *run = [=](Session* session) {
      return session->output()->Write(*shell == "bash" ? kBash : *shell == "zsh" ? kZsh : kFish);
    };
  });
}

}  // namespace diotima::cli
