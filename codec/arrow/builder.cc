#include "codec/arrow/builder.h"

#include <limits>

namespace diotima {
namespace {

constexpr size_t kMaxOffset = std::numeric_limits<int32_t>::max();

// An array that this library made, and what it points to.
struct OwnedArray {
  std::vector<ArrowBuffer> buffers;
  std::vector<const void*> pointers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
};

void ReleaseArray(ArrowArray* array) {
  auto* owned = static_cast<OwnedArray*>(array->private_data);
  // A consumer may have moved a child out, which it releases itself then.
  for (ArrowArray& child : owned->children) {
    if (child.release != nullptr) child.release(&child);
  }
  delete owned;
  array->release = nullptr;
}

// `owned` without its pointers.
void Hand(std::unique_ptr<OwnedArray> owned, int64_t length, int64_t nulls, ArrowArray* out) {
  for (ArrowBuffer& buffer : owned->buffers) owned->pointers.push_back(buffer.data());
  for (ArrowArray& child : owned->children) owned->child_pointers.push_back(&child);
  *out = ArrowArray{};
  out->length = length;
  out->null_count = nulls;
  out->n_buffers = static_cast<int64_t>(owned->pointers.size());
  out->buffers = owned->pointers.data();
  out->n_children = static_cast<int64_t>(owned->children.size());
  out->children = owned->child_pointers.data();
  out->release = ReleaseArray;
  out->private_data = owned.release();
}

}  // namespace

// ---- ArrowColumnBuilder

ArrowColumnBuilder::ArrowColumnBuilder(const Type& type, size_t* bytes)
    : type_(type), bytes_(bytes) {
  switch (type.kind()) {
    case Kind::kList:
      children_.emplace_back(type.element(), bytes);
      break;
    case Kind::kMap:
      children_.emplace_back(type.key(), bytes);
      children_.emplace_back(type.value(), bytes);
      break;
    case Kind::kStruct:
      for (const auto& member : type.members()) children_.emplace_back(member.type, bytes);
      break;
    default:
      break;
  }
  if (has_offsets()) AppendOffset(0);
}

bool ArrowColumnBuilder::has_offsets() const {
  const Kind kind = type_.kind();
  return kind == Kind::kString || kind == Kind::kBytes || kind == Kind::kList || kind == Kind::kMap;
}

bool ArrowColumnBuilder::Append(const Value& value) {
  *bytes_ += sizeof(int64_t);
  if (value.null()) {
    if (nulls_++ == 0) valid_.AppendOnes(length_);
    valid_.Append(false);
    ++length_;
    return AppendNull();
  }
  if (value.kind() != type_.kind()) return false;
  if (nulls_ > 0) valid_.Append(true);
  ++length_;
  return AppendValid(value);
}

bool ArrowColumnBuilder::AppendValid(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
      bits_.Append(value.unchecked_bool());
      return true;
    case Kind::kInt64:
      data_.Append(value.unchecked_int64());
      return true;
    case Kind::kUint64:
      data_.Append(value.unchecked_uint64());
      return true;
    case Kind::kDouble:
      data_.Append(value.unchecked_double());
      return true;
    case Kind::kTimestamp:
      data_.Append(value.unchecked_timestamp());
      return true;
    case Kind::kDate:
      data_.Append(value.unchecked_date());
      return true;
    case Kind::kString:
    case Kind::kBytes:
      return AppendText(value.unchecked_text());
    case Kind::kList:
      return AppendList(value);
    case Kind::kMap:
      return AppendMap(value);
    case Kind::kStruct:
      return AppendStruct(value);
    default:
      return false;
  }
}

bool ArrowColumnBuilder::AppendNull() {
  switch (type_.kind()) {
    case Kind::kBool:
      bits_.Append(false);
      return true;
    case Kind::kInt64:
    case Kind::kUint64:
    case Kind::kDouble:
    case Kind::kTimestamp:
      data_.AppendZeros(sizeof(int64_t));
      return true;
    case Kind::kDate:
      data_.AppendZeros(sizeof(int32_t));
      return true;
    case Kind::kString:
    case Kind::kBytes:
      return AppendOffset(data_.size());
    case Kind::kList:
    case Kind::kMap:
      return AppendOffset(static_cast<size_t>(children_[0].length_));
    case Kind::kStruct:
      for (auto& child : children_) {
        if (!child.Append(Value::Null())) return false;
      }
      return true;
    default:
      return true;
  }
}

bool ArrowColumnBuilder::AppendOffset(size_t end) {
  offsets_.Append(static_cast<int32_t>(end));
  return end <= kMaxOffset;
}

bool ArrowColumnBuilder::AppendText(std::string_view text) {
  *bytes_ += text.size();
  data_.Append(text.data(), text.size());
  return AppendOffset(data_.size());
}

bool ArrowColumnBuilder::AppendList(const Value& value) {
  for (size_t i = 0; i < value.size(); ++i) {
    if (!children_[0].Append(value[i])) return false;
  }
  return AppendOffset(static_cast<size_t>(children_[0].length_));
}

bool ArrowColumnBuilder::AppendMap(const Value& value) {
  for (size_t i = 0; i < value.size(); ++i) {
    const Value& key = value.entry_key(i);
    if (key.null() || !children_[0].Append(key)) return false;
    if (!children_[1].Append(value.entry_value(i))) return false;
  }
  return AppendOffset(static_cast<size_t>(children_[0].length_));
}

bool ArrowColumnBuilder::AppendStruct(const Value& value) {
  const auto& members = type_.members();
  size_t found = 0;
  for (size_t i = 0; i < members.size(); ++i) {
    const std::string_view name = members[i].name;
    // They usually come in the order of the type.
    const bool here = i < value.size() && value.entry_key(i).unchecked_text() == name;
    const Value member = here ? value.entry_value(i) : value.Find(name);
    found += member.absent() ? 0 : 1;
    if (!children_[i].Append(member)) return false;
  }
  return found == value.size();
}

void ArrowColumnBuilder::Finish(ArrowArray* out) {
  auto owned = std::make_unique<OwnedArray>();
  const Kind kind = type_.kind();
  // A missing bitmap says that all are valid; a column of nulls has no buffers.
  ArrowBuffer valid = valid_.Take();
  if (kind != Kind::kNull) owned->buffers.push_back(std::move(valid));
  if (has_offsets()) owned->buffers.push_back(std::move(offsets_));
  if (kind == Kind::kBool) owned->buffers.push_back(bits_.Take());
  if (kind != Kind::kNull && kind != Kind::kBool && !type_.nested()) {
    owned->buffers.push_back(std::move(data_));
  }
  std::vector<ArrowArray> parts(children_.size());
  const int64_t part_length = children_.empty() ? 0 : children_[0].length_;
  for (size_t i = 0; i < parts.size(); ++i) children_[i].Finish(&parts[i]);
  if (kind == Kind::kMap) {
    auto entries = std::make_unique<OwnedArray>();
    entries->buffers.emplace_back();
    entries->children = std::move(parts);
    parts = std::vector<ArrowArray>(1);
    Hand(std::move(entries), part_length, 0, &parts[0]);
  }
  owned->children = std::move(parts);
  Hand(std::move(owned), length_, nulls_, out);
  length_ = nulls_ = 0;
  if (has_offsets()) AppendOffset(0);
}

// ---- ArrowBuilder

ArrowBuilder::ArrowBuilder(const Schema& schema) : schema_(schema) {
  for (const Column& column : schema_.columns()) columns_.emplace_back(column.type, &bytes_);
}

Status ArrowBuilder::Append(const Row& row) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    const Value value = row.Get(i);
    const Type& type = schema_[i].type;
    if (value.null() || value.kind() == type.kind()) {
      if (columns_[i].Append(value)) continue;
    } else if (auto coerced = Coerce(value, type, &arena_); coerced) {
      const bool fits = columns_[i].Append(*coerced);
      arena_.Reset();
      if (fits) continue;
    }
    return DoesNotFit(i, value);
  }
  ++rows_;
  return Status::Ok();
}

Status ArrowBuilder::DoesNotFit(size_t column, const Value& value) const {
  const std::string name = "column \"" + schema_[column].name + "\"";
  if (bytes_ > kMaxOffset) {
    return Status::SchemaMismatch(name +
                                  " has more than 2 GiB in one chunk: Arrow's offsets have 32 "
                                  "bits, ask for smaller chunks");
  }
  return Status::SchemaMismatch(name + " is " + schema_[column].type.ToString() +
                                ", the value is " + TypeOf(value).ToString());
}

void ArrowBuilder::Finish(ArrowArray* out) {
  auto owned = std::make_unique<OwnedArray>();
  owned->buffers.emplace_back();  // all rows are valid
  owned->children.resize(columns_.size());
  for (size_t i = 0; i < columns_.size(); ++i) columns_[i].Finish(&owned->children[i]);
  Hand(std::move(owned), static_cast<int64_t>(rows_), 0, out);
  rows_ = bytes_ = 0;
}

}  // namespace diotima
