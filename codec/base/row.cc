#include <diotima/row.h>

#include "codec/base/batch_builder.h"
#include "codec/base/messages.h"

namespace diotima {

const std::vector<Column>& SystemColumns() {
  static const std::vector<Column>* const kColumns = [] {
    const Type text(Kind::kString);
    const Type map = Type::Map(text, text);
    const Type time(Kind::kTimestamp);
    return new std::vector<Column>{
        {std::string(kProvenanceByField), map},  {std::string(kProvenance), text},
        {std::string(kDataVersionByField), map}, {std::string(kDataVersion), text},
        {std::string(kFeatureVersion), text},    {std::string(kProjectVersion), text},
        {std::string(kCreatedAt), time},         {std::string(kUpdatedAt), time},
        {std::string(kDeletedAt), time},         {std::string(kMaterializationId), text}};
  }();
  return *kColumns;
}

const Column& GetSystemColumn(SystemColumn column) {
  return SystemColumns()[static_cast<size_t>(column)];
}

std::optional<SystemColumn> FindSystemColumn(std::string_view name) {
  for (size_t i = 0; i < kSystemColumnCount; ++i) {
    if (SystemColumns()[i].name == name) return static_cast<SystemColumn>(i);
  }
  return std::nullopt;
}

Schema::Schema(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (size_t i = 0; i < columns_.size(); ++i) index_.emplace(columns_[i].name, i);
}

std::optional<size_t> Schema::Find(std::string_view name) const {
  auto it = index_.find(name);
  if (it == index_.end()) return std::nullopt;
  return it->second;
}

Value Row::Get(std::string_view name) const {
  auto column = schema().Find(name);
  return column ? Get(*column) : Value::Absent();
}

Status Row::NoColumn(std::string_view name) const {
  std::vector<std::string> names;
  for (const Column& column : schema().columns()) names.push_back(column.name);
  return Status::NotFound("there is no column '" + std::string(name) + "'" +
                          DidYouMean(name, names));
}

Status Row::InColumn(std::string_view name, const Status& status) {
  return status.Prefixed("column '" + std::string(name) + "': ");
}

RowBatch::RowBatch(const std::vector<std::string>& columns) {
  for (const auto& name : columns) AddColumn(name);
}

size_t RowBatch::AddColumn(std::string_view name) {
  if (auto found = FindColumn(name)) return *found;
  names_.emplace_back(name);
  cells_.emplace_back();
  index_.emplace(names_.back(), names_.size() - 1);
  return names_.size() - 1;
}

std::optional<size_t> RowBatch::FindColumn(std::string_view name) const {
  auto it = index_.find(name);
  if (it == index_.end()) return std::nullopt;
  return it->second;
}

void RowBatch::Set(size_t column, const Value& value) {
  BatchBuilder(this).SetBorrowed(column, arena_.Copy(value));
}

void RowBatch::SetMap(size_t column, std::span<const TextEntry> entries) {
  Value* items = arena_.AllocateValues(2 * entries.size());
  Value* item = items;
  for (const auto& [key, value] : entries) {
    *item++ = Value::String(arena_.Copy(key));
    *item++ = Value::String(arena_.Copy(value));
  }
  BatchBuilder(this).SetBorrowed(column, Value::Map(items, entries.size()));
}

size_t RowBatch::bytes() const {
  size_t bytes = arena_.bytes();
  for (const auto& cells : cells_) bytes += cells.capacity() * sizeof(Value);
  return bytes;
}

void RowBatch::Clear() {
  for (auto& cells : cells_) cells.clear();
  lines_.clear();
  rows_ = 0;
  arena_.Reset();
  owners_.clear();
}

}  // namespace diotima
