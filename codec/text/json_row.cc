#include "codec/text/json_row.h"

#include <diotima/status_macros.h>

#include <algorithm>
#include <span>

#include "codec/base/batch_builder.h"
#include "codec/text/scalar.h"
#include "codec/text/special_doubles.h"

namespace diotima {

void JsonRowReader::Begin(RowBatch* batch) {
  batch_ = batch;
  for (auto& column : columns_) column.index = batch->FindColumn(column.name).value_or(kNone);
}

Status JsonRowReader::Read(simdjson::ondemand::object object, std::string_view text) {
  ++row_;
  values_.Borrow(text);
  size_t last = kNone;
  for (auto entry : object) {
    if (entry.error() != simdjson::SUCCESS) return JsonError(entry.error());
    auto&& field = std::move(entry).value_unsafe();
    size_t found = last == kNone ? first_ : columns_[last].next;
    // At most the line and its padding are read.
    if (found == kNone || !columns_[found].plain ||
        !field.key().unsafe_is_equal(columns_[found].name)) {
      DIOTIMA_TRY(FindColumn(field, &found));
      (last == kNone ? first_ : columns_[last].next) = found;
    }
    last = found;
    Column& column = columns_[found];
    if (column.row == row_) {
      return Status::InvalidArgument("the key " + QuoteText(column.name) + " occurs twice");
    }
    column.row = row_;
    if (column.index == kNone) column.index = batch_->AddColumn(column.name);
    // In place and by reference: copies of what was just written wait for it to be written.
    Value* cell = BatchBuilder(batch_).MutableCell(column.index);
    if (!values_.ReadPlain(field.value(), column.text.type.kind(), cell)) {
      Status status = values_.Read(field.value(), column.text.type, column.text.numbers_as_text,
                                   BatchBuilder(batch_).arena(), cell);
      if (!status.ok()) return LocateColumn(status, column.name, column.text.type);
    }
  }
  return Status::Ok();
}

void JsonRowReader::End() {
  const bool special = values_.TakeSpecial();
  for (Column& column : columns_) {
    if (column.index == kNone || column.text.type.kind() != Kind::kNull) continue;
    BatchBuilder builder(batch_);
    const std::span<Value> cells(builder.MutableCells(column.index), batch_->rows());
    if (special) {
      TakeSpecialDoubles(cells, &column.seen, builder.arena());
    } else if (column.seen.kind() == Kind::kNull) {
      const auto first =
          std::find_if(cells.begin(), cells.end(), [](const Value& cell) { return !cell.null(); });
      if (first != cells.end()) column.seen = TypeOf(*first);
    }
  }
}

// The column of a field, by its name.
Status JsonRowReader::FindColumn(simdjson::ondemand::field& field, size_t* found) {
  std::string_view name;
  if (auto error = field.unescaped_key().get(name); error != simdjson::SUCCESS) {
    return JsonError(error);
  }
  name_.assign(name);
  auto it = by_name_.find(name_);
  *found = it == by_name_.end() ? AddColumn(name) : it->second;
  return Status::Ok();
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
