// Types to Arrow schemas.
#include <diotima/status_macros.h>

#include <algorithm>

#include "codec/arrow/stream.h"

namespace diotima {
namespace {

// A schema that this library made, and what it points to. The format is a literal.
struct OwnedSchema {
  std::string name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
};

void ReleaseSchema(ArrowSchema* schema) {
  auto* owned = static_cast<OwnedSchema*>(schema->private_data);
  // A consumer may have moved a child out, which it releases itself then.
  for (ArrowSchema& child : owned->children) {
    if (child.release != nullptr) child.release(&child);
  }
  delete owned;
  schema->release = nullptr;
}

void Hand(const char* format, std::string name, int64_t flags, std::vector<ArrowSchema> children,
          ArrowSchema* out) {
  auto owned = std::make_unique<OwnedSchema>();
  owned->name = std::move(name);
  owned->children = std::move(children);
  for (ArrowSchema& child : owned->children) owned->child_pointers.push_back(&child);
  *out = ArrowSchema{};
  out->format = format;
  out->name = owned->name.c_str();
  out->flags = flags;
  out->n_children = static_cast<int64_t>(owned->children.size());
  out->children = owned->child_pointers.data();
  out->release = ReleaseSchema;
  out->private_data = owned.release();
}

const char* Format(Kind kind) {
  switch (kind) {
    case Kind::kBool:
      return "b";
    case Kind::kInt64:
      return "l";
    case Kind::kUint64:
      return "L";
    case Kind::kDouble:
      return "g";
    case Kind::kString:
      return "u";
    case Kind::kBytes:
      return "z";
    case Kind::kTimestamp:
      return "tsu:UTC";
    case Kind::kDate:
      return "tdD";
    case Kind::kList:
      return "+l";
    case Kind::kMap:
      return "+m";
    case Kind::kStruct:
      return "+s";
    default:
      return "n";
  }
}

void Make(const Type& type, std::string name, int64_t flags, ArrowSchema* out) {
  std::vector<ArrowSchema> children;
  auto add = [&children](const Type& child, const std::string& child_name, int64_t child_flags) {
    Make(child, child_name, child_flags, &children.emplace_back());
  };
  if (type.kind() == Kind::kList) {
    add(type.element(), "item", ARROW_FLAG_NULLABLE);
  } else if (type.kind() == Kind::kMap) {
    add(type.key(), "key", 0);
    add(type.value(), "value", ARROW_FLAG_NULLABLE);
    std::vector<ArrowSchema> entries(1);
    Hand("+s", "entries", 0, std::move(children), &entries[0]);
    children = std::move(entries);
  } else if (type.kind() == Kind::kStruct) {
    for (const auto& member : type.members()) add(member.type, member.name, ARROW_FLAG_NULLABLE);
  }
  Hand(Format(type.kind()), std::move(name), flags, std::move(children), out);
}

bool HasNul(const Type& type) {
  switch (type.kind()) {
    case Kind::kList:
      return HasNul(type.element());
    case Kind::kMap:
      return HasNul(type.key()) || HasNul(type.value());
    case Kind::kStruct:
      return std::any_of(type.members().begin(), type.members().end(), [](const auto& member) {
        return member.name.find('\0') != std::string::npos || HasNul(member.type);
      });
    default:
      return false;
  }
}

}  // namespace

Status MakeArrowSchema(const Schema& schema, ArrowSchema* out) {
  *out = ArrowSchema{};
  for (const Column& column : schema.columns()) {
    if (column.name.find('\0') == std::string::npos && !HasNul(column.type)) continue;
    return Status::InvalidArgument("the name of column \"" +
                                   column.name.substr(0, column.name.find('\0')) +
                                   "…\", or of a member of it, has a NUL, which names in Arrow "
                                   "cannot have: leave the column out");
  }
  std::vector<ArrowSchema> children(schema.size());
  for (size_t i = 0; i < schema.size(); ++i) {
    Make(schema[i].type, schema[i].name, ARROW_FLAG_NULLABLE, &children[i]);
  }
  Hand("+s", "", 0, std::move(children), out);
  return Status::Ok();
}

}  // namespace diotima
