#include "codec/arrow/column.h"

#include <diotima/status_macros.h>

namespace diotima {
namespace {

constexpr int kMaxDepth = 64;  // as of types

// Of what there is a name for, beside the format.
std::string TypeName(std::string_view format) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"d:", "decimal"},    {"tt", "time of day"},
      {"tD", "duration"},   {"ti", "interval"},
      {"+u", "union"},      {"+r", "run-end encoded"},
      {"+vl", "list view"}, {"+vL", "large list view"},
  };
  for (const auto& [prefix, name] : kNames) {
    if (format.starts_with(prefix)) {
      return std::string(name) + " (\"" + std::string(format) + "\")";
    }
  }
  return "\"" + std::string(format) + "\"";
}

}  // namespace

Status BrokenArrowSchema(std::string_view path, const std::string& what) {
  return Status::InvalidArgument("column \"" + std::string(path) + "\": its Arrow schema " + what);
}

Status ArrowColumn::InvalidArray(const std::string& what) const {
  return Status::InvalidArgument("column \"" + path_ + "\": its Arrow array is broken: " + what);
}

Status ArrowColumn::DoesNotFit(const std::string& what) const {
  return Status::SchemaMismatch("column \"" + path_ + "\": " + what);
}

Status ArrowColumn::Bind(const ArrowArray* array) {
  length_ = 0;
  if (array == nullptr) return InvalidArray("an array is missing");
  DIOTIMA_TRY(CheckShape(*array));
  length_ = array->length;
  validity_ = array->n_buffers == 0 ? ArrowValidity() : ArrowValidity(*array);
  return BindParts(*array);
}

// Of `null_count` only what is needed: -1 says that it is not known, and a missing bitmap that all
// are valid.
Status ArrowColumn::CheckShape(const ArrowArray& array) const {
  int64_t end = 0;
  if (array.release == nullptr) return InvalidArray("it was released");
  if (array.length < 0 || array.offset < 0 ||
      __builtin_add_overflow(array.length, array.offset, &end)) {
    return InvalidArray("its length is " + std::to_string(array.length) + ", its offset " +
                        std::to_string(array.offset));
  }
  auto count = [this](const char* what, int64_t found, int64_t expected) {
    return InvalidArray("it has " + std::to_string(found) + " " + what + ", its type has " +
                        std::to_string(expected));
  };
  const BufferCount expected = buffers();
  const bool fits =
      expected.at_least ? array.n_buffers >= expected.count : array.n_buffers == expected.count;
  if (!fits) return count("buffers", array.n_buffers, expected.count);
  if (array.n_buffers > 0 && array.buffers == nullptr)
    return InvalidArray("its buffers are missing");
  if (array.n_children != children()) return count("children", array.n_children, children());
  if (array.n_children > 0 && array.children == nullptr)
    return InvalidArray("its children are missing");
  if ((array.dictionary != nullptr) != has_dictionary()) {
    return InvalidArray(has_dictionary() ? "its dictionary is missing"
                                         : "it has a dictionary, which its type does not");
  }
  return Status::Ok();
}

Result<std::unique_ptr<ArrowColumn>> MakeArrowColumn(const ArrowSchema& schema, std::string path,
                                                     int depth) {
  if (depth > kMaxDepth) {
    return Status::SchemaMismatch("column \"" + path + "\" is nested deeper than " +
                                  std::to_string(kMaxDepth) + " levels");
  }
  if (schema.format == nullptr) return BrokenArrowSchema(path, "has no format");
  const std::string_view format = schema.format;
  if (schema.dictionary != nullptr) {
    return MakeDictionaryArrowColumn(schema, std::move(path), depth);
  }
  if (auto flat = MakeFlatArrowColumn(format, path)) return {std::move(flat)};
  DIOTIMA_ASSIGN(auto nested, MakeNestedArrowColumn(schema, path, depth));
  if (nested) return {std::move(nested)};
  return Status::SchemaMismatch("column \"" + path + "\" is of the Arrow type " + TypeName(format) +
                                ", which cannot be stored: cast it to another before, or leave it "
                                "out");
}

}  // namespace diotima
