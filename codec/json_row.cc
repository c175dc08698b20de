#include "json_row.h"

#include "scalar_text.h"
#include "status_macros.h"

namespace diotima {

void JsonRowReader::Begin(RowBatch* batch) {
  batch_ = batch;
  for (auto& column : columns_) column.index = batch->FindColumn(column.name).value_or(kNone);
}

Status JsonRowReader::Read(simdjson::ondemand::object object) {
  ++row_;
  size_t position = 0;
  for (auto entry : object) {
    simdjson::ondemand::field field;
    if (auto error = std::move(entry).get(field); error != simdjson::SUCCESS) {
      return JsonError(error);
    }
    DIOTIMA_ASSIGN(size_t found, FindColumn(field, position));
    ++position;
    Column& column = columns_[found];
    if (column.row == row_) {
      return Status::InvalidArgument("the key " + QuoteText(column.name) + " occurs twice");
    }
    column.row = row_;
    if (column.index == kNone) column.index = batch_->AddColumn(column.name);
    Value value;
    Status status = values_.Read(field.value(), column.text.type, column.text.numbers_as_text,
                                 batch_->arena(), &value);
    if (!status.ok()) return LocateColumn(status, column.name, column.text.type);
    batch_->SetBorrowed(column.index, value);
  }
  return Status::Ok();
}

// The column of a field: the one that stood at `expected` in the last row, or else by name.
Result<size_t> JsonRowReader::FindColumn(simdjson::ondemand::field& field, size_t expected) {
  if (expected < order_.size()) {
    const Column& column = columns_[order_[expected]];
    // At most the line and its padding are read.
    if (column.plain && field.key().unsafe_is_equal(column.name)) return order_[expected];
  }
  std::string_view name;
  if (auto error = field.unescaped_key().get(name); error != simdjson::SUCCESS) {
    return JsonError(error);
  }
  name_.assign(name);
  auto it = by_name_.find(name_);
  size_t found = it == by_name_.end() ? AddColumn(name) : it->second;
  if (expected >= order_.size()) order_.resize(expected + 1, found);
  order_[expected] = found;
  return found;
}

size_t JsonRowReader::AddColumn(std::string_view name) {
  Column column{.name = std::string(name), .text = FindTextColumn(name, types_)};
  column.plain = true;
  for (char c : name) {
    column.plain = column.plain && c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
  }
  column.index = batch_->FindColumn(name).value_or(kNone);
  columns_.push_back(std::move(column));
  by_name_.emplace(name, columns_.size() - 1);
  return columns_.size() - 1;
}

}  // namespace diotima
