// Arrow columns whose elements are made of others: lists, maps, structs.
#include <diotima/status_macros.h>

#include <charconv>
#include <set>

#include "codec/arrow/column.h"
#include "codec/base/utf8.h"

namespace diotima {
namespace {

// Of one row: beyond any that could be stored.
constexpr int64_t kMaxItems = int64_t{1} << 28;
constexpr size_t kTooMany = size_t{1} << 40;
constexpr const char* kBadOffsets = "its offsets are not ascending, or beyond its child";

// Where the items of lists begin and end in their child: by offsets.
template <typename Offset>
class OffsetRanges {
 public:
  Status Bind(const ArrowArray& array, int64_t length) {
    offsets_ = static_cast<const char*>(array.buffers[1]);
    if (offsets_ == nullptr && length > 0) return Status::InvalidArgument("a buffer is missing");
    if (offsets_ != nullptr) offsets_ += array.offset * int64_t{sizeof(Offset)};
    return Status::Ok();
  }
  int64_t operator[](int64_t i) const { return LoadArrow<Offset>(offsets_, i); }

  static constexpr int64_t kBuffers = 2;

 private:
  const char* offsets_ = nullptr;
};

// The same where all lists have one size.
class FixedRanges {
 public:
  explicit FixedRanges(int64_t size) : size_(size) {}
  Status Bind(const ArrowArray& array, int64_t length) {
    offset_ = array.offset;
    int64_t end = 0;
    if (!__builtin_mul_overflow(length + offset_, size_, &end)) return Status::Ok();
    return Status::InvalidArgument("its child would be beyond 64 bits of elements");
  }
  int64_t operator[](int64_t i) const { return (offset_ + i) * size_; }

  static constexpr int64_t kBuffers = 1;

 private:
  const int64_t size_;
  int64_t offset_ = 0;
};

// What lists and maps share: a range of the child for each element.
template <typename Ranges>
class RangeColumn : public ArrowColumn {
 public:
  RangeColumn(std::string path, Ranges ranges)
      : ArrowColumn(std::move(path)), ranges_(std::move(ranges)) {}

  bool nested() const override { return true; }

 protected:
  BufferCount buffers() const override { return {Ranges::kBuffers}; }
  int64_t children() const override { return 1; }
  Status BindRanges(const ArrowArray& array) {
    Status status = ranges_.Bind(array, length());
    return status.ok() ? status : InvalidArray(status.message());
  }

  // The child's range of elements [begin, begin + count). Fails where it is none.
  Status FindRange(int64_t begin, int64_t count, int64_t child_length, int64_t* from,
                   int64_t* to) const {
    *from = ranges_[begin];
    *to = ranges_[begin + count];
    if (*from < 0 || *to < *from || *to > child_length) return InvalidArray(kBadOffsets);
    if (*to - *from > kMaxItems) return DoesNotFit("it has too many items to be stored");
    return Status::Ok();
  }

  // Sets each of `count` elements to make(offset of its first item after `from`, their number).
  template <typename Make>
  Status Split(int64_t begin, int64_t count, int64_t from, int64_t to, ArrowCells out,
               Make make) const {
    for (int64_t i = 0; i < count; ++i) {
      const int64_t first = ranges_[begin + i];
      const int64_t last = ranges_[begin + i + 1];
      if (first < from || last < first || last > to) return InvalidArray(kBadOffsets);
      out[i] = make(static_cast<size_t>(first - from), static_cast<size_t>(last - first));
    }
    return Status::Ok();
  }

 private:
  Ranges ranges_;
};

template <typename Ranges>
class ListColumn : public RangeColumn<Ranges> {
 public:
  ListColumn(std::string path, std::unique_ptr<ArrowColumn> element, Ranges ranges)
      : RangeColumn<Ranges>(std::move(path), std::move(ranges)), element_(std::move(element)) {}

  size_t CountItems(int64_t begin, int64_t count) const override {
    int64_t from = 0, to = 0;
    if (count == 0) return 0;
    if (!this->FindRange(begin, count, element_->length(), &from, &to).ok()) return kTooMany;
    return static_cast<size_t>(to - from) + element_->CountItems(from, to - from);
  }

  Status Read(int64_t begin, int64_t count, Arena* arena, ArrowCells out) override {
    return this->ForEachRun(begin, count, out, [&](int64_t first, int64_t n, ArrowCells cells) {
      return ReadRun(first, n, arena, cells);
    });
  }

 protected:
  Status BindParts(const ArrowArray& array) override {
    DIOTIMA_TRY(this->BindRanges(array));
    return element_->Bind(array.children[0]);
  }

 private:
  Status ReadRun(int64_t begin, int64_t count, Arena* arena, ArrowCells out) {
    int64_t from = 0, to = 0;
    DIOTIMA_TRY(this->FindRange(begin, count, element_->length(), &from, &to));
    Value* items = arena->AllocateValues(static_cast<size_t>(to - from));
    DIOTIMA_TRY(element_->Read(from, to - from, arena, {items}));
    return this->Split(begin, count, from, to, out, [items](size_t first, size_t size) {
      return Value::List(items + first, size);
    });
  }

  const std::unique_ptr<ArrowColumn> element_;
};

// A list of entries, which are structs of a key and a value.
class MapColumn : public RangeColumn<OffsetRanges<int32_t>> {
 public:
  MapColumn(std::string path, std::unique_ptr<ArrowColumn> key, std::unique_ptr<ArrowColumn> value)
      : RangeColumn(std::move(path), {}), key_(std::move(key)), value_(std::move(value)) {}

  size_t CountItems(int64_t begin, int64_t count) const override {
    int64_t from = 0, to = 0;
    if (count == 0) return 0;
    if (!FindRange(begin, count, entry_count_, &from, &to).ok()) return kTooMany;
    const int64_t first = entries_offset_ + from;
    return 2 * static_cast<size_t>(to - from) + key_->CountItems(first, to - from) +
           value_->CountItems(first, to - from);
  }

  Status Read(int64_t begin, int64_t count, Arena* arena, ArrowCells out) override {
    return ForEachRun(begin, count, out, [&](int64_t first, int64_t n, ArrowCells cells) {
      return ReadRun(first, n, arena, cells);
    });
  }

 protected:
  Status BindParts(const ArrowArray& array) override {
    DIOTIMA_TRY(BindRanges(array));
    const ArrowArray* entries = array.children[0];
    if (entries == nullptr || entries->n_children != 2 || entries->children == nullptr ||
        entries->n_buffers != 1 || entries->buffers == nullptr || entries->offset < 0) {
      return InvalidArray("the entries of a map are a struct of two children");
    }
    entries_offset_ = entries->offset;
    entry_count_ = entries->length;
    entry_validity_ = ArrowValidity(*entries);
    DIOTIMA_TRY(key_->Bind(entries->children[0]));
    DIOTIMA_TRY(value_->Bind(entries->children[1]));
    int64_t end = 0;
    if (entry_count_ < 0 || __builtin_add_overflow(entries_offset_, entry_count_, &end) ||
        end > key_->length() || end > value_->length()) {
      return InvalidArray("it has more entries than keys or values");
    }
    return Status::Ok();
  }

 private:
  Status ReadRun(int64_t begin, int64_t count, Arena* arena, ArrowCells out) {
    int64_t from = 0, to = 0;
    DIOTIMA_TRY(FindRange(begin, count, entry_count_, &from, &to));
    const int64_t entries = to - from;
    Value* items = arena->AllocateValues(2 * static_cast<size_t>(entries));
    DIOTIMA_TRY(key_->Read(entries_offset_ + from, entries, arena, {items, 2}));
    DIOTIMA_TRY(value_->Read(entries_offset_ + from, entries, arena, {items + 1, 2}));
    for (int64_t i = 0; i < entries; ++i) {
      if (!items[2 * i].null() && entry_validity_[from + i]) continue;
      return DoesNotFit("a key of the map is null");
    }
    return Split(begin, count, from, to, out, [items](size_t first, size_t size) {
      return Value::Map(items + 2 * first, size);
    });
  }

  const std::unique_ptr<ArrowColumn> key_;
  const std::unique_ptr<ArrowColumn> value_;
  int64_t entries_offset_ = 0;
  int64_t entry_count_ = 0;
  ArrowValidity entry_validity_;
};

class StructColumn : public ArrowColumn {
 public:
  struct Member {
    std::string name;
    std::unique_ptr<ArrowColumn> column;
  };
  StructColumn(std::string path, std::vector<Member> members)
      : ArrowColumn(std::move(path)), members_(std::move(members)) {}

  bool nested() const override { return true; }
  size_t CountItems(int64_t begin, int64_t count) const override {
    size_t items = static_cast<size_t>(count) * 2 * members_.size();
    for (const auto& member : members_) items += member.column->CountItems(offset_ + begin, count);
    return items;
  }

  Status Read(int64_t begin, int64_t count, Arena* arena, ArrowCells out) override {
    return ForEachRun(begin, count, out, [&](int64_t first, int64_t n, ArrowCells cells) {
      return ReadRun(first, n, arena, cells);
    });
  }

 protected:
  BufferCount buffers() const override { return {1}; }
  int64_t children() const override { return static_cast<int64_t>(members_.size()); }
  Status BindParts(const ArrowArray& array) override {
    offset_ = array.offset;
    for (size_t i = 0; i < members_.size(); ++i) {
      DIOTIMA_TRY(members_[i].column->Bind(array.children[i]));
      if (members_[i].column->length() < offset_ + length()) {
        return InvalidArray("it is longer than its member \"" + members_[i].name + "\"");
      }
    }
    return Status::Ok();
  }

 private:
  Status ReadRun(int64_t begin, int64_t count, Arena* arena, ArrowCells out) {
    const size_t width = 2 * members_.size();
    Value* items = arena->AllocateValues(static_cast<size_t>(count) * width);
    for (size_t m = 0; m < members_.size(); ++m) {
      const Value name = Value::String(members_[m].name);
      ArrowCells names{items + 2 * m, width};
      for (int64_t i = 0; i < count; ++i) names[i] = name;
      DIOTIMA_TRY(members_[m].column->Read(offset_ + begin, count, arena,
                                           ArrowCells{items + 2 * m + 1, width}));
    }
    for (int64_t i = 0; i < count; ++i) {
      out[i] = Value::Struct(items + static_cast<size_t>(i) * width, members_.size());
    }
    return Status::Ok();
  }

  const std::vector<Member> members_;
  int64_t offset_ = 0;
};

using MadeColumn = Result<std::unique_ptr<ArrowColumn>>;

std::string PartOf(const std::string& path, const char* name) {
  return path + "." + (name == nullptr ? "" : name);
}

Status CheckChildren(const ArrowSchema& schema, const std::string& path, int64_t count) {
  if (schema.n_children != count || schema.children == nullptr) {
    return BrokenArrowSchema(path, "has " + std::to_string(schema.n_children) +
                                       " children, its format \"" + schema.format + "\" has " +
                                       std::to_string(count));
  }
  for (int64_t i = 0; i < count; ++i) {
    if (schema.children[i] == nullptr) return BrokenArrowSchema(path, "lacks a child");
  }
  return Status::Ok();
}

template <typename Ranges>
MadeColumn MakeList(const ArrowSchema& schema, std::string path, int depth, Ranges ranges) {
  DIOTIMA_TRY(CheckChildren(schema, path, 1));
  const ArrowSchema& child = *schema.children[0];
  DIOTIMA_ASSIGN(auto element, MakeArrowColumn(child, PartOf(path, child.name), depth + 1));
  return {std::make_unique<ListColumn<Ranges>>(std::move(path), std::move(element), ranges)};
}

MadeColumn MakeFixedList(const ArrowSchema& schema, std::string path, int depth) {
  const std::string_view format = schema.format;
  int32_t size = -1;
  const auto parsed = std::from_chars(format.data() + 3, format.data() + format.size(), size);
  if (size < 0 || parsed.ec != std::errc() || parsed.ptr != format.data() + format.size()) {
    return BrokenArrowSchema(path, "has the format \"" + std::string(format) + "\"");
  }
  return MakeList(schema, std::move(path), depth, FixedRanges(size));
}

MadeColumn MakeMap(const ArrowSchema& schema, std::string path, int depth) {
  DIOTIMA_TRY(CheckChildren(schema, path, 1));
  const ArrowSchema& entries = *schema.children[0];
  if (entries.format == nullptr || std::string_view(entries.format) != "+s") {
    return BrokenArrowSchema(path, "is a map whose entries are no struct");
  }
  DIOTIMA_TRY(CheckChildren(entries, path, 2));
  const ArrowSchema& keys = *entries.children[0];
  const ArrowSchema& values = *entries.children[1];
  DIOTIMA_ASSIGN(auto key, MakeArrowColumn(keys, PartOf(path, keys.name), depth + 1));
  DIOTIMA_ASSIGN(auto value, MakeArrowColumn(values, PartOf(path, values.name), depth + 1));
  return {std::make_unique<MapColumn>(std::move(path), std::move(key), std::move(value))};
}

MadeColumn MakeStruct(const ArrowSchema& schema, std::string path, int depth) {
  std::vector<StructColumn::Member> members;
  std::set<std::string> names;
  if (schema.n_children != 0) DIOTIMA_TRY(CheckChildren(schema, path, schema.n_children));
  for (int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& child = *schema.children[i];
    const std::string name = child.name == nullptr ? "" : child.name;
    if (FindInvalidUtf8(name)) {
      return BrokenArrowSchema(path, "has a member whose name is not UTF-8");
    }
    if (!names.insert(name).second) {
      return BrokenArrowSchema(path, "has the member \"" + name + "\" twice");
    }
    DIOTIMA_ASSIGN(auto column, MakeArrowColumn(child, PartOf(path, child.name), depth + 1));
    members.push_back({name, std::move(column)});
  }
  return {std::make_unique<StructColumn>(std::move(path), std::move(members))};
}

}  // namespace

Result<std::unique_ptr<ArrowColumn>> MakeNestedArrowColumn(const ArrowSchema& schema,
                                                           std::string path, int depth) {
  const std::string_view format = schema.format;
  if (format == "+l") return MakeList(schema, std::move(path), depth, OffsetRanges<int32_t>());
  if (format == "+L") return MakeList(schema, std::move(path), depth, OffsetRanges<int64_t>());
  if (format.starts_with("+w:")) return MakeFixedList(schema, std::move(path), depth);
  if (format == "+m") return MakeMap(schema, std::move(path), depth);
  if (format == "+s") return MakeStruct(schema, std::move(path), depth);
  return std::unique_ptr<ArrowColumn>();
}

}  // namespace diotima
