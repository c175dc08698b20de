// `graph render`, `graph diff` and `history`.
#include <diotima/graph_diff.h>
#include <diotima/status_macros.h>
#include <diotima/text.h>

#include <limits>

#include "cli/commands/command.h"
#include "cli/report/graph_page.h"
#include "cli/report/graph_source.h"
#include "cli/report/graphviz.h"

namespace diotima::cli {
namespace {

struct RenderArguments {
  std::string format;
  bool no_counts = false;
};

Result<std::string> Draw(const GraphSource& source, const std::string& format, bool counts,
                         const Session& session) {
  if (format == "html") {
    Progress progress(session.shows_progress(), "graph");
    return GraphPage(source, counts, &progress);
  }
  if (format == "svg") return DrawSvg(source.graph.Render(RenderFormat::kDot));
  RenderFormat render = RenderFormat::kTerminal;
  if (format == "mermaid") render = RenderFormat::kMermaid;
  if (format == "dot") render = RenderFormat::kDot;
  if (format.starts_with("json")) render = RenderFormat::kJson;
  return source.graph.Render(render);
}

// The program's own --format, before the command, goes as far as it names a way to draw.
Status Render(const RenderArguments& arguments, Session* session) {
  const std::string format =
      arguments.format.empty() ? session->options().format : arguments.format;
  if (arguments.no_counts && format != "html") {
    return session->UsageError("--no-counts is for --format html: no other format has counts");
  }
  DIOTIMA_ASSIGN(const GraphSource source, FindGraph(session));
  DIOTIMA_ASSIGN(std::string text, Draw(source, format, !arguments.no_counts, *session));
  if (!text.empty() && text.back() != '\n') text += '\n';
  return session->output()->Write(text);
}

Json ToJson(const MemberDiff& member) {
  return {{"what", member.what},     {"name", member.name},
          {"member", member.member}, {"change", DiffKindName(member.kind)},
          {"before", member.before}, {"after", member.after}};
}

// A snapshot by (the beginning of) its project version; `current`: the graph in force.
Result<Graph> FindVersion(const GraphSource& source, const std::string& name) {
  if (name == "current") return source.graph;
  return source.store->SnapshotGraph(name);
}

Status Diff(const std::string& from, const std::string& to, Session* session) {
  DIOTIMA_ASSIGN(const GraphSource source, FindGraph(session));
  if (!source.store) return Status::NotFound("there is no store, so no snapshots: give --store");
  DIOTIMA_ASSIGN(const Graph before, FindVersion(source, from));
  DIOTIMA_ASSIGN(const Graph after, FindVersion(source, to));
  std::vector<Json> objects;
  for (const auto& diff : DiffGraphs(before, after, source.truncation_length)) {
    Json members = Json::array();
    for (const auto& member : diff.members) members.push_back(ToJson(member));
    auto version = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
    objects.push_back({{"feature", diff.feature},
                       {"change", DiffKindName(diff.kind)},
                       {"version_before", version(diff.version_before)},
                       {"version_after", version(diff.version_after)},
                       {"changes", std::move(members)}});
  }
  return PrintObjects(session->output(), session->format(), objects);
}

Status History(uint64_t limit, Session* session) {
  DIOTIMA_ASSIGN(const auto store, session->OpenToRead());
  DIOTIMA_ASSIGN(const auto history, store->Snapshots());
  std::vector<Json> objects;
  for (const auto& snapshot : history) {
    if (objects.size() >= limit) break;
    objects.push_back({{"project_version", snapshot.project_version},
                       {"recorded_at", TimestampText(snapshot.recorded_at)},
                       {"features", snapshot.features},
                       {"current", snapshot.current}});
  }
  return PrintObjects(session->output(), session->format(), objects);
}

void AddRender(CLI::App* parent, Run* run) {
  auto arguments = std::make_shared<RenderArguments>();
  CLI::App* render =
      AddCommand(parent, "render", "Draw the graph",
                 "  diotima --graph features.toml graph render\n"
                 "  diotima --graph features.toml graph render --format svg > graph.svg\n"
                 "  diotima --store meta.db graph render --format html > graph.html\n");
  // Stands for the global option of this name.
  AddChoice(render, "--format", &arguments->format,
            {"terminal", "mermaid", "dot", "svg", "html", "json", "jsonl"},
            "Output format (terminal); Graphviz draws svg, html is a page with the versions "
            "and counts of each feature, jsonl is json");
  render->add_flag("--no-counts", arguments->no_counts,
                   "Leave counts out of html: counting reads all rows of the store");
  render->callback([=] { *run = [=](Session* session) { return Render(*arguments, session); }; });
}

}  // namespace

void AddHistory(CLI::App* parent, Run* run) {
  auto limit = std::make_shared<uint64_t>(std::numeric_limits<uint64_t>::max());
  CLI::App* command = AddCommand(parent, "history", "List the pushed snapshots, newest first",
                                 "  diotima --store meta.db history --limit 5\n");
  command->add_option("--limit", *limit, "At most so many")->check(AtLeast(0));
  command->callback([=] { *run = [=](Session* session) { return History(*limit, session); }; });
}

void AddGraph(CLI::App* parent, Run* run) {
  CLI::App* command = AddCommand(parent, "graph", "Draw or compare graphs of features",
                                 "  diotima --graph features.toml graph render\n");
  command->require_subcommand(1);
  auto from = std::make_shared<std::string>(), to = std::make_shared<std::string>("current");
  CLI::App* diff =
      AddCommand(command, "diff", "Show what changed from one pushed snapshot to another",
                 "  diotima --store meta.db graph diff 82bd9cb7 current\n"
                 "  diotima --store meta.db history     # the project versions to name\n");
  diff->add_option("FROM", *from, "A project version, or the beginning of one")
      ->type_name("SNAPSHOT")
      ->required();
  diff->add_option("TO", *to, "Likewise, or `current`: the graph in force (default)")
      ->type_name("SNAPSHOT");
  diff->callback([=] { *run = [=](Session* session) { return Diff(*from, *to, session); }; });
  AddRender(command, run);
}

}  // namespace diotima::cli
