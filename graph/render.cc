// Graphs as text.
#include <diotima/graph.h>

#include "codec/base/messages.h"
#include "graph/graph_data.h"
#include "graph/spec/document.h"
#include "graph/spec/names.h"

namespace diotima {
namespace {

// What is special about a dep, such as "aggregation on id, optional"; empty for a plain one.
std::string DepNote(const FeatureDep& dep) {
  std::string note;
  if (dep.lineage.kind != LineageKind::kIdentity) {
    note = dep.lineage.kind == LineageKind::kAggregation ? "aggregation" : "expansion";
    if (dep.lineage.on.has_value()) note += " on " + Join(*dep.lineage.on);
  }
  if (dep.optional) note += note.empty() ? "optional" : ", optional";
  return note;
}

// `text` with every character of `special` replaced; control characters become spaces.
template <typename Escape>
std::string Escaped(std::string_view text, std::string_view special, Escape escape) {
  std::string out;
  for (char c : text) {
    if (special.find(c) != std::string_view::npos) {
      out += escape(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += byte < ' ' || byte == 0x7F ? ' ' : c;
    }
  }
  return out;
}

std::string ForTerminal(std::string_view text) {
  return Escaped(text, "", [](char) { return ""; });
}

// Mermaid reads labels as HTML, and takes character codes as `#34;`.
std::string ForMermaid(std::string_view text) {
  return Escaped(text, "\"#<>&`|",
                 [](char c) { return "#" + std::to_string(static_cast<int>(c)) + ";"; });
}

std::string ForDot(std::string_view text) {
  return Escaped(text, "\"\\", [](char c) { return std::string("\\") + c; });
}

class Renderer {
 public:
  explicit Renderer(const Definitions& definitions) : definitions_(definitions) {}

  std::string Terminal() const {
    std::string out;
    for (uint32_t feature : definitions_.order) {
      const FeatureSpec& spec = Spec(feature);
      out += ForTerminal(spec.key + " [" + Join(spec.id_columns) + "]") + "\n";
      std::vector<std::string> lines;
      for (const FeatureDep& dep : spec.deps) {
        const std::string note = DepNote(dep);
        lines.push_back("← " + dep.feature + (note.empty() ? "" : " (" + note + ")"));
      }
      for (uint32_t i = 0; i < spec.fields.size(); ++i) {
        const std::string parents = Join(Parents(feature, i));
        lines.push_back(spec.fields[i].key + (parents.empty() ? "" : " ← " + parents));
      }
      for (size_t i = 0; i < lines.size(); ++i) {
        out += (i + 1 < lines.size() ? "├─ " : "└─ ") + ForTerminal(lines[i]) + "\n";
      }
    }
    return out;
  }

  std::string Mermaid() const {
    std::string out = "flowchart TD\n";
    for (uint32_t feature : definitions_.order) {
      std::string label = "<b>" + ForMermaid(Spec(feature).key) + "</b>";
      for (const FieldSpec& field : Spec(feature).fields) label += "<br/>" + ForMermaid(field.key);
      out += "  " + Id(feature) + "[\"" + label + "\"]\n";
    }
    ForEachDep([&](uint32_t upstream, uint32_t feature, const FeatureDep& dep) {
      const std::string note = ForMermaid(DepNote(dep));
      out += "  " + Id(upstream) + (dep.optional ? " -.->" : " -->") +
             (note.empty() ? "" : "|\"" + note + "\"|") + " " + Id(feature) + "\n";
    });
    return out;
  }

  std::string Dot() const {
    std::string out = "digraph features {\n  node [shape=box];\n";
    for (uint32_t feature : definitions_.order) {
      std::string label = ForDot(Spec(feature).key);
      for (const FieldSpec& field : Spec(feature).fields) label += "\\n" + ForDot(field.key);
      out += "  " + Id(feature) + " [label=\"" + label + "\"];\n";
    }
    ForEachDep([&](uint32_t upstream, uint32_t feature, const FeatureDep& dep) {
      const std::string note = ForDot(DepNote(dep));
      std::string attributes = note.empty() ? "" : "label=\"" + note + "\"";
      if (dep.optional) attributes += ", style=dashed";
      out += "  " + Id(upstream) + " -> " + Id(feature) +
             (attributes.empty() ? "" : " [" + attributes + "]") + ";\n";
    });
    return out + "}\n";
  }

  std::string Json() const {
    Node features = Node::List(), edges = Node::List();
    for (uint32_t feature : definitions_.order) features.items.push_back(FeatureNode(feature));
    ForEachDep([&](uint32_t upstream, uint32_t feature, const FeatureDep& dep) {
      constexpr std::string_view kLineages[] = {"identity", "aggregation", "expansion"};
      Node& edge = edges.items.emplace_back(Node::Object());
      edge.Add("from", Node::String(Spec(upstream).key));
      edge.Add("to", Node::String(Spec(feature).key));
      edge.Add("lineage", Node::String(kLineages[static_cast<size_t>(dep.lineage.kind)]));
      edge.Add("optional", Node::Bool(dep.optional));
    });
    Node root = Node::Object();
    root.Add("features", std::move(features));
    root.Add("edges", std::move(edges));
    return ToJson(root, JsonForm::kIndented) + "\n";
  }

 private:
  const FeatureSpec& Spec(uint32_t feature) const { return definitions_.specs[feature]; }
  static std::string Id(uint32_t feature) { return "f" + std::to_string(feature); }

  std::vector<std::string> Parents(uint32_t feature, uint32_t field) const {
    std::vector<std::string> names;
    for (uint32_t parent : definitions_.parents[definitions_.first_field[feature] + field]) {
      names.push_back(definitions_.full_names[parent]);
    }
    return names;
  }

  Node FeatureNode(uint32_t feature) const {
    const FeatureSpec& spec = Spec(feature);
    Node fields = Node::List();
    for (uint32_t i = 0; i < spec.fields.size(); ++i) {
      Node& field = fields.items.emplace_back(Node::Object());
      field.Add("key", Node::String(spec.fields[i].key));
      field.Add("code_version", Node::String(spec.fields[i].code_version));
      field.Add("parents", Node::Strings(Parents(feature, i)));
    }
    Node node = Node::Object();
    node.Add("key", Node::String(spec.key));
    node.Add("id_columns", Node::Strings(spec.id_columns));
    node.Add("fields", std::move(fields));
    return node;
  }

  template <typename Visit>
  void ForEachDep(Visit visit) const {
    for (uint32_t feature : definitions_.order) {
      for (size_t i = 0; i < Spec(feature).deps.size(); ++i) {
        visit(definitions_.upstream[feature][i], feature, Spec(feature).deps[i]);
      }
    }
  }

  const Definitions& definitions_;
};

}  // namespace

std::string Graph::Render(RenderFormat format) const {
  const Renderer renderer(data_->definitions);
  switch (format) {
    case RenderFormat::kTerminal:
      return renderer.Terminal();
    case RenderFormat::kMermaid:
      return renderer.Mermaid();
    case RenderFormat::kDot:
      return renderer.Dot();
    case RenderFormat::kJson:
      return renderer.Json();
  }
  return "";
}

}  // namespace diotima
