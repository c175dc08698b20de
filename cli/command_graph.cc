// `graph render`.
#include "cli/command.h"
#include "cli/graph_source.h"
#include "codec/status_macros.h"

namespace diotima::cli {
namespace {

Status Render(const std::string& format, Session* session) {
  DIOTIMA_ASSIGN(const GraphSource source, FindGraph(session));
  RenderFormat render = RenderFormat::kTerminal;
  if (format == "mermaid") render = RenderFormat::kMermaid;
  if (format == "dot") render = RenderFormat::kDot;
  if (format == "json") render = RenderFormat::kJson;
  std::string text = source.graph.Render(render);
  if (!text.empty() && text.back() != '\n') text += '\n';
  return session->output()->Write(text);
}

}  // namespace

void AddGraph(CLI::App* parent, Run* run) {
  CLI::App* command = AddCommand(parent, "graph", "The graph of features",
                                 "  diotima --graph features.toml graph render\n");
  command->require_subcommand(1);
  auto format = std::make_shared<std::string>("terminal");
  CLI::App* render = AddCommand(
      command, "render", "Draw the graph",
      "  diotima --graph features.toml graph render\n"
      "  diotima --graph features.toml graph render --format dot | dot -Tsvg > graph.svg\n");
  // Stands for the global option of this name.
  AddChoice(render, "--format", format.get(), {"terminal", "mermaid", "dot", "json"},
            "How it is drawn (terminal)");
  render->callback([=] { *run = [=](Session* session) { return Render(*format, session); }; });
}

}  // namespace diotima::cli
