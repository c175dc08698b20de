#include <diotima/row.h>

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

bool IsSystemColumn(std::string_view name) {
  for (const Column& column : SystemColumns()) {
    if (column.name == name) return true;
  }
  return false;
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

void RowBatch::AddRow() { ++rows_; }

void RowBatch::Set(size_t column, const Value& value) { SetBorrowed(column, arena_.Copy(value)); }

void RowBatch::SetBorrowed(size_t column, const Value& value) {
  assert(rows_ > 0);
  SetCell(rows_ - 1, column, value);
}

void RowBatch::SetCell(size_t row, size_t column, const Value& value) {
  assert(row < rows_ && column < cells_.size());
  auto& cells = cells_[column];
  if (cells.size() <= row) cells.resize(row + 1);
  cells[row] = value;
}

Value* RowBatch::MutableCells(size_t column) {
  assert(column < cells_.size());
  cells_[column].resize(rows_);
  return cells_[column].data();
}

void RowBatch::SetMap(
    size_t column, std::initializer_list<std::pair<std::string_view, std::string_view>> entries) {
  Value* items = arena_.AllocateValues(2 * entries.size());
  Value* item = items;
  for (const auto& [key, value] : entries) {
    *item++ = Value::String(arena_.Copy(key));
    *item++ = Value::String(arena_.Copy(value));
  }
  SetBorrowed(column, Value::Map(items, entries.size()));
}

size_t RowBatch::bytes() const {
  size_t bytes = arena_.bytes();
  for (const auto& cells : cells_) bytes += cells.capacity() * sizeof(Value);
  return bytes;
}

void RowBatch::SetLine(uint64_t line) {
  assert(rows_ > 0);
  lines_.resize(rows_);
  lines_.back() = line;
}

std::string RowBatch::Describe(size_t row, uint64_t before) const {
  if (row < lines_.size() && lines_[row] != 0) {
    return source_.empty() ? "line " + std::to_string(lines_[row])
                           : source_ + ":" + std::to_string(lines_[row]);
  }
  return (source_.empty() ? "" : source_ + ": ") + "row " + std::to_string(before + row + 1);
}

void RowBatch::Clear() {
  for (auto& cells : cells_) cells.clear();
  lines_.clear();
  rows_ = 0;
  arena_.Reset();
  owners_.clear();
}

}  // namespace diotima
