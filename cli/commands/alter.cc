// `alter`: the columns of a feature.
#include <diotima/status_macros.h>

#include "cli/commands/command.h"
#include "cli/input/feature_rows.h"
#include "cli/output/progress.h"

namespace diotima::cli {
namespace {

struct AlterArguments {
  std::string feature;
  std::vector<std::string> columns;
  std::vector<std::string> renames;
  AlterOptions options;
};

Result<std::pair<std::string, std::string>> Split(const std::string& option,
                                                  const std::string& text,
                                                  const std::string& wanted, Session* session) {
  const size_t mark = text.find('=');
  if (mark == std::string::npos || mark == 0 || mark + 1 == text.size()) {
    return session->UsageError("alter: " + option + " takes " + wanted + ", not '" + text + "'");
  }
  return std::pair(text.substr(0, mark), text.substr(mark + 1));
}

Status Alter(const AlterArguments& arguments, Session* session) {
  AlterOptions options = arguments.options;
  Json altered = Json::array();
  for (const auto& text : arguments.columns) {
    DIOTIMA_ASSIGN(const auto column, Split("--column", text, "NAME=TYPE", session));
    const auto type = Type::Parse(column.second);
    if (!type.ok()) {
      return session->UsageError("alter: --column " + text + ": " + type.status().message());
    }
    options.columns.emplace_back(column.first, *type);
    altered.push_back({{"column", column.first}, {"type", type->ToString()}});
  }
  for (const auto& text : arguments.renames) {
    DIOTIMA_ASSIGN(options.renames.emplace_back(), Split("--rename", text, "OLD=NEW", session));
    altered.push_back(
        {{"column", options.renames.back().first}, {"name", options.renames.back().second}});
  }
  for (const auto& name : options.drops) altered.push_back({{"column", name}, {"dropped", true}});
  if (altered.empty()) {
    return session->UsageError("alter: give --column, --rename or --drop");
  }
  Progress progress(session->shows_progress(), "alter");
  options.progress = progress.RowCallback();
  DIOTIMA_ASSIGN(const auto store,
                 options.dry_run ? session->OpenToRead() : session->OpenToChange());
  DIOTIMA_ASSIGN(const AlterResult result, store->Alter(arguments.feature, options));
  progress.Clear();
  return session->PrintResult(options.dry_run,
                              {{"feature", arguments.feature},
                               {"dry_run", options.dry_run},
                               {"rows", result.rows},
                               {"altered", std::move(altered)},
                               {"commit_time", CommitTimeJson(result.commit_time)}});
}

}  // namespace

void AddAlter(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<AlterArguments>();
  CLI::App* command =
      AddCommand(parent, "alter", "Change the types and names of columns, or forget columns",
                 "  diotima --store meta.db alter video/raw --column score=double --dry-run\n"
                 "  diotima --store meta.db alter video/raw --rename score=quality --drop note\n");
  command->add_option("FEATURE", arguments->feature, "The feature")->required();
  AddRepeated(command, "--column", &arguments->columns,
              "A new type; every stored value must fit it exactly", "NAME=TYPE");
  AddRepeated(command, "--rename", &arguments->renames, "A new name", "OLD=NEW");
  AddRepeated(command, "--drop", &arguments->options.drops, "A column to forget", "NAME");
  command->add_flag("--dry-run", arguments->options.dry_run,
                    "Check the stored values, change nothing");
  command->callback([=] { *run = [=](Session* session) { return Alter(*arguments, session); }; });
}

}  // namespace diotima::cli
