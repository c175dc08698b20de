#include <diotima/status_macros.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>

#include "graph/spec/document.h"
#include "graph/spec/toml_scan.h"

namespace diotima {
namespace {

Status Fail(const std::string& source, toml::source_position at, const std::string& reason) {
  std::string place = source.empty() ? "line " : source + ":";
  place += std::to_string(at.line) + ":" + std::to_string(at.column) + ": ";
  return Status::InvalidArgument(place + reason);
}

class Converter {
 public:
  explicit Converter(const std::string& source) : source_(source) {}

  Status Convert(const toml::node& from, int depth, Node* to) const {
    if (depth > kMaxDocumentDepth) {
      return Fail(source_, from.source().begin,
                  "nested deeper than " + std::to_string(kMaxDocumentDepth) + " levels");
    }
    to->line = static_cast<int>(from.source().begin.line);
    if (const auto* table = from.as_table()) return ConvertTable(*table, depth, to);
    if (const auto* array = from.as_array()) return ConvertArray(*array, depth, to);
    if (const auto* text = from.as_string()) {
      to->kind = Node::Kind::kString;
      to->text = text->get();
    } else if (const auto* integer = from.as_integer()) {
      to->kind = Node::Kind::kInteger;
      to->text = std::to_string(integer->get());
    } else if (const auto* number = from.as_floating_point()) {
      // JSON has no nan and inf: they stay without text.
      to->kind = Node::Kind::kFloat;
      if (std::isfinite(number->get())) to->text = PythonFloat(number->get());
    } else if (const auto* boolean = from.as_boolean()) {
      to->kind = Node::Kind::kBool;
      to->boolean = boolean->get();
    } else {
      to->kind = Node::Kind::kTime;
    }
    return Status::Ok();
  }

 private:
  Status ConvertTable(const toml::table& table, int depth, Node* to) const {
    to->kind = Node::Kind::kObject;
    std::vector<std::pair<const toml::key*, const toml::node*>> members;
    for (auto&& [key, value] : table) members.emplace_back(&key, &value);
    // toml++ sorts by key; the order written is that of the keys' places.
    std::stable_sort(members.begin(), members.end(), [](const auto& a, const auto& b) {
      return a.first->source().begin < b.first->source().begin;
    });
    for (const auto& [key, value] : members) {
      to->members.emplace_back(std::string(key->str()), Node());
      DIOTIMA_TRY(Convert(*value, depth + 1, &to->members.back().second));
      // A table of dotted keys has no place of its own.
      Node& node = to->members.back().second;
      if (node.line == 0) node.line = static_cast<int>(key->source().begin.line);
    }
    return Status::Ok();
  }

  Status ConvertArray(const toml::array& array, int depth, Node* to) const {
    to->kind = Node::Kind::kList;
    for (const toml::node& item : array) {
      to->items.emplace_back();
      DIOTIMA_TRY(Convert(item, depth + 1, &to->items.back()));
    }
    return Status::Ok();
  }

  const std::string& source_;
};

}  // namespace

Result<Node> ParseToml(std::string_view text, const std::string& source) {
  DIOTIMA_TRY(CheckTomlText(text, source));
  try {
    const toml::table table = toml::parse(text, source);
    Node root;
    DIOTIMA_TRY(Converter(source).Convert(table, 0, &root));
    return root;
  } catch (const toml::parse_error& error) {
    return Fail(source, error.source().begin, std::string(error.description()));
  }
}

}  // namespace diotima
