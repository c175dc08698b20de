// The program `diotima`: parses arguments, calls the library, prints.
#include <diotima/status_macros.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <iostream>

#include "cli/commands/command.h"
#include "cli/output/display_width.h"
#include "cli/shell/completion.h"
#include "cli/shell/help.h"
#include "cli/shell/manual.h"
#include "cli/shell/option_text.h"
#include "cli/signals.h"
#include "codec/base/messages.h"

namespace diotima::cli {
namespace {

void AddGlobalOptions(CLI::App* app, GlobalOptions* options) {
  app->add_option("--store", options->store, "The store: a configured name, or a path")
      ->type_name("NAME|PATH")
      ->take_last();
  AddRepeated(app, "--graph", &options->graphs, "Definitions of features: .toml or .json", "FILE");
  app->add_option("--config", options->config,
                  "The configuration (diotima.toml, looked for upwards)")
      ->type_name("FILE")
      ->take_last();
  app->add_option("--format", options->format,
                  "How results are printed (table on a terminal, else jsonl)")
      ->type_name("table|jsonl|json|csv")
      ->take_last();
  app->add_option("--wait", options->wait,
                  "How long to wait for a store that another process writes (0s)")
      ->type_name("DURATION")
      ->take_last();
  app->add_flag("--quiet", options->quiet, "No messages and no progress");
  app->add_flag("--verbose", options->verbose, "Log what is done, to stderr");
  std::string version = VersionText();
  while (version.ends_with('\n')) version.pop_back();
  app->set_version_flag("--version", version);
}

void AddCommands(CLI::App* app, Run* run) {
  for (const auto add :
       {AddInit,    AddPush,    AddList,    AddDescribe, AddGraph,     AddScan,       AddWrite,
        AddRead,    AddResolve, AddStatus,  AddDelete,   AddUndelete,  AddDrop,       AddAlter,
        AddRebase,  AddCopy,    AddHistory, AddBackup,   AddRestore,   AddCheckpoint, AddStats,
        AddCompact, AddPurge,   AddVerify,  AddSchema,   AddCompletion}) {
    add(app, run);
  }
  CLI::App* metadata = AddCommand(app, "metadata", "The same commands as Metaxy spells them",
                                  "  diotima metadata delete video/raw --soft=false --yes\n");
  metadata->require_subcommand(1);
  AddDelete(metadata, run);
  AddStatus(metadata, run);
  AddRebase(metadata, run);
  AddCopy(metadata, run);
}

void SetUpLog(const GlobalOptions& options) {
  auto log = spdlog::stderr_logger_mt("diotima");
  log->set_pattern("%H:%M:%S.%e %l: %v");
  log->set_level(options.quiet     ? spdlog::level::off
                 : options.verbose ? spdlog::level::debug
                                   : spdlog::level::warn);
  spdlog::set_default_logger(std::move(log));
}

// The last words of a run that failed.
void ReportError(const std::string& format, std::string_view code, const std::string& message) {
  std::string line;
  for (const char c : message) {
    if (c != '\n') {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  std::fprintf(stderr, "error: %s\n", OneLine(line).c_str());
  if (format != "json" && format != "jsonl") return;
  const Json object = {{"error", {{"code", code}, {"message", line}}}};
  std::fprintf(stderr, "%s\n", JsonText(object).c_str());
}

// The format asked for, even where the arguments as a whole do not parse.
std::string FindFormat(int argc, char** argv) {
  std::string format;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--format" && i + 1 < argc) format = argv[i + 1];
    if (argument.starts_with("--format=")) format = argument.substr(9);
  }
  return format;
}

// The first word that stands where a command below `at` should, if it is none.
std::string UnknownCommand(const CLI::App& app, const CLI::App* at) {
  const std::vector<std::string> left = app.remaining(/*recurse=*/true);
  if (at->get_subcommands(nullptr).empty() || left.empty() || left[0].starts_with("-")) return "";
  std::vector<std::string> known;
  for (const CLI::App* command : at->get_subcommands(nullptr)) known.push_back(command->get_name());
  return "unknown command '" + left[0] + "'" + DidYouMean(left[0], known);
}

// The first word that looks like an option of `command`, or of one above it, if it is none.
std::string UnknownOption(const CLI::App& app, const CLI::App* command) {
  std::string unknown;
  for (const auto& word : app.remaining(/*recurse=*/true)) {
    if (word == "--") break;
    if (unknown.empty() && word.starts_with("--")) unknown = word.substr(0, word.find('='));
  }
  if (unknown.empty()) return "";
  std::vector<std::string> known;
  for (; command != nullptr; command = command->get_parent()) {
    for (const CLI::Option* option : OptionsOf(*command)) {
      for (auto& name : NamesOf(*option)) known.push_back(std::move(name));
    }
  }
  return "unknown option '" + unknown + "'" + DidYouMean(unknown, known);
}

int ReportUsage(const CLI::App& app, const CLI::ParseError& error, const std::string& format) {
  if (error.get_exit_code() == 0) {  // --help, --version
    app.exit(error);
    if (std::cout.flush()) return 0;
    ReportError(format, StatusCodeName(StatusCode::kIoError), "cannot write to standard output");
    return 1;
  }
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  std::string message = UnknownCommand(app, at);
  if (message.empty()) message = UnknownOption(app, at);
  if (message.empty()) message = error.what();
  message += " (see `" + FullName(*at) + " --help`)";
  ReportError(format, StatusCodeName(StatusCode::kInvalidArgument), message);
  return 2;
}

int Finish(const std::string& format, Session* session, const Status& status) {
  if (session->output()->closed()) return 0;
  if (InterruptSignal() != 0 && !status.ok()) {
    // The terminal has shown ^C.
    if (InterruptSignal() == SIGINT && isatty(STDERR_FILENO) != 0) std::fputc('\n', stderr);
    ReportError(format, "interrupted", "interrupted: what was not committed is not there");
    return 128 + InterruptSignal();
  }
  if (status.ok()) return 0;
  const int exit_code = session->ExitCode(status);
  const std::string_view code = session->committed()            ? "not_printed"
                                : session->error_code().empty() ? StatusCodeName(status.code())
                                                                : session->error_code();
  ReportError(format, code,
              (session->committed() ? "done and committed, but the result is not printed: " : "") +
                  status.message());
  return exit_code;
}

// A store may have more table files than the usual soft limit of open files.
void RaiseFileLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int RunCommand(const GlobalOptions& options, const std::string& format, const Run& run) {
  SetUpLog(options);
  InstallSignalHandlers();
  RaiseFileLimit();
  Session session(options);
  auto execute = [&]() -> Status {
    DIOTIMA_TRY(session.Prepare());
    const Status status = run(&session);
    if (status.ok()) session.AnnounceCreatedStore();
    if (!status.ok() && session.output()->status().ok()) session.DiscardCreatedStore();
    const Status flushed = session.output()->Flush();
    return status.ok() ? flushed : status;
  };
  return Finish(format, &session, execute());
}

int Main(int argc, char** argv) {
  CLI::App app("An embedded metadata store for incremental ML pipelines", "diotima");
  app.footer(
      "Examples:\n"
      "  diotima --store meta.db --graph features.toml push\n"
      "  diotima --store meta.db write video/raw rows.jsonl\n"
      "  diotima --store meta.db resolve video/crop\n"
      "\nExit codes: 0 done; 1 failed; 2 wrong usage; 3 the store is busy; 4 not in sync\n"
      "(--assert-in-sync); 5 damaged data; 6 done, but the result could not be printed;\n"
      "130, 143 stopped by a signal.\n");
  app.formatter(std::make_shared<HelpFormatter>());
  app.fallthrough();
  app.require_subcommand(1);
  GlobalOptions options;
  Run run;
  AddGlobalOptions(&app, &options);
  AddCommands(&app, &run);
  const std::string_view first = argc > 1 ? argv[1] : "";
  if (first == "__complete") return PrintCompletions(app, {argv + 2, argv + argc});
  if (first == "__man") return PrintManual(app);
  const std::string format = FindFormat(argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return ReportUsage(app, error, format);
  }
  return RunCommand(options, format, run);
}

}  // namespace
}  // namespace diotima::cli

int main(int argc, char** argv) {
  try {
    return diotima::cli::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "error: %s\n", error.what());
    return 1;
  }
}
