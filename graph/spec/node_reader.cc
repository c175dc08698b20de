#include "graph/spec/node_reader.h"

#include <diotima/status_macros.h>

#include <algorithm>

#include "graph/spec/names.h"

namespace diotima {
namespace {

std::string Item(const std::string& path, size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

}  // namespace

std::string NodeReader::MemberPath(const std::string& path, const std::string& name) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c > ' ' && c != '"' && c != 0x7F;
  });
  return path + "." + (plain ? name : Quoted(name));
}

Status NodeReader::Fail(const Node& at, const std::string& message) const {
  std::string subject = subject_.empty() ? "" : subject_ + ": ";
  return Status::InvalidArgument(Place(source_, at.line) + subject + message);
}

Status NodeReader::Mistyped(const Node& node, const std::string& path,
                            std::string_view wanted) const {
  return Fail(node, (path.empty() ? "a definition" : path) + " must be " + std::string(wanted) +
                        ", not " + std::string(NodeKindName(node.kind)));
}

Status NodeReader::CheckMembers(const Node& node, const std::string& path,
                                std::initializer_list<std::string_view> required,
                                std::initializer_list<std::string_view> others) const {
  DIOTIMA_TRY(ExpectObject(node, path));
  const std::string in = path.empty() ? "" : " in " + path;
  std::vector<std::string> known(required.begin(), required.end());
  known.insert(known.end(), others.begin(), others.end());
  for (const auto& [name, value] : node.members) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return Fail(value, "unknown member " + Quoted(name) + in + Hint(name, known));
    }
  }
  for (std::string_view name : required) {
    if (node.Find(name) == nullptr) return Fail(node, "missing member " + Quoted(name) + in);
  }
  return Status::Ok();
}

Status NodeReader::Text(const Node& node, const std::string& path, std::string* out) const {
  if (node.kind != Node::Kind::kString) return Mistyped(node, path, "text");
  *out = node.text;
  return Status::Ok();
}

Status NodeReader::Bool(const Node& node, const std::string& path, bool* out) const {
  if (node.kind != Node::Kind::kBool) return Mistyped(node, path, "true or false");
  *out = node.boolean;
  return Status::Ok();
}

Status NodeReader::Texts(const Node& node, const std::string& path,
                         std::vector<std::string>* out) const {
  if (node.kind != Node::Kind::kList) return Mistyped(node, path, "a list of texts");
  for (size_t i = 0; i < node.items.size(); ++i) {
    DIOTIMA_TRY(Text(node.items[i], Item(path, i), &out->emplace_back()));
  }
  return Status::Ok();
}

Status NodeReader::ExpectList(const Node& node, const std::string& path) const {
  return node.kind == Node::Kind::kList ? Status::Ok() : Mistyped(node, path, "a list");
}

Status NodeReader::ExpectObject(const Node& node, const std::string& path) const {
  return node.kind == Node::Kind::kObject ? Status::Ok() : Mistyped(node, path, "a table");
}

Status NodeReader::Key(const Node& node, const std::string& path, std::string* out) const {
  if (node.kind == Node::Kind::kString) {
    *out = node.text;
    return Status::Ok();
  }
  if (node.kind != Node::Kind::kList) return Mistyped(node, path, "text or a list of texts");
  std::vector<std::string> parts;
  DIOTIMA_TRY(Texts(node, path, &parts));
  out->clear();
  for (const std::string& part : parts) {
    if (part.find('/') != std::string::npos) {
      return Fail(node, path + ": the part " + Quoted(part) + " of a key has a `/`");
    }
    if (&part != &parts.front()) *out += '/';
    *out += part;
  }
  return Status::Ok();
}

Status NodeReader::Keys(const Node& node, const std::string& path,
                        std::vector<std::string>* out) const {
  if (node.kind != Node::Kind::kList) return Mistyped(node, path, "a list of keys");
  for (size_t i = 0; i < node.items.size(); ++i) {
    DIOTIMA_TRY(Key(node.items[i], Item(path, i), &out->emplace_back()));
  }
  return Status::Ok();
}

}  // namespace diotima
