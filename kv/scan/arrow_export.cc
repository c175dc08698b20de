// Arrow streams into a store and out of it.
#include <diotima/arrow_export.h>
#include <diotima/arrow_import.h>
#include <diotima/status_macros.h>

#include <algorithm>

#include "codec/arrow/stream.h"

namespace diotima {
namespace {

constexpr size_t kNone = SIZE_MAX;

class CursorRows : public RowSource {
 public:
  explicit CursorRows(Cursor cursor) : cursor_(std::move(cursor)) {}
  bool Valid() const override { return cursor_.Valid(); }
  void Next() override { cursor_.Next(); }
  Status status() const override { return cursor_.status(); }
  const Row& row() const override { return cursor_.row(); }

 private:
  Cursor cursor_;
};

// The steps of an increment under one schema.
class ChangeRows : public RowSource, private Row {
 public:
  ChangeRows(UpdateCursor cursor, std::vector<Change> only)
      : cursor_(std::move(cursor)), only_(std::move(only)) {}

  // To be called first.
  Status Prepare(const std::string& change_column) {
    std::vector<Column> columns = {{change_column, Type(Kind::kString)}};
    if (Shows(Change::kNew) || Shows(Change::kStale)) {
      DIOTIMA_TRY(AddColumns(cursor_.schema(), &expected_, &columns));
    }
    if (Shows(Change::kOrphaned)) {
      DIOTIMA_TRY(AddColumns(cursor_.orphan_schema(), &orphaned_, &columns));
    }
    expected_.resize(columns.size(), kNone);
    orphaned_.resize(columns.size(), kNone);
    schema_ = Schema(std::move(columns));
    SkipUnmatched();
    return Status::Ok();
  }

  const Schema& schema() const override { return schema_; }
  bool Valid() const override { return cursor_.Valid(); }
  void Next() override {
    cursor_.Next();
    SkipUnmatched();
  }
  Status status() const override { return cursor_.status(); }
  const Row& row() const override { return *this; }

 private:
  bool Shows(Change change) const {
    return only_.empty() || std::find(only_.begin(), only_.end(), change) != only_.end();
  }

  // `places` becomes, for each of `columns`, its place in `schema`.
  static Status AddColumns(const Schema& schema, std::vector<size_t>* places,
                           std::vector<Column>* columns) {
    places->assign(columns->size(), kNone);
    for (size_t i = 0; i < schema.size(); ++i) {
      const auto same = std::find_if(columns->begin(), columns->end(), [&](const Column& column) {
        return column.name == schema[i].name;
      });
      if (same == columns->begin()) {
        return Status::InvalidArgument("the increment has a column \"" + same->name +
                                       "\" itself: choose another name for the one of changes");
      }
      if (same == columns->end()) {
        columns->push_back(schema[i]);
        places->push_back(i);
        continue;
      }
      auto type = CommonType(same->type, schema[i].type);
      if (!type) {
        return Status::SchemaMismatch("column \"" + same->name + "\" is " + same->type.ToString() +
                                      " in new and stale rows, " + schema[i].type.ToString() +
                                      " in orphaned ones: export them one without the other");
      }
      same->type = *std::move(type);
      (*places)[static_cast<size_t>(same - columns->begin())] = i;
    }
    return Status::Ok();
  }

  void SkipUnmatched() {
    while (cursor_.Valid() && !Shows(cursor_.change())) cursor_.Next();
    if (!cursor_.Valid()) return;
    change_ = cursor_.change();
    row_ = &cursor_.row();
    places_ = change_ == Change::kOrphaned ? &orphaned_ : &expected_;
  }

  using Row::Get;
  Value Get(size_t column) const override {
    if (column == 0) return Value::String(ChangeName(change_));
    const size_t place = (*places_)[column];
    return place == kNone ? Value::Null() : row_->Get(place);
  }

  UpdateCursor cursor_;
  const std::vector<Change> only_;
  Schema schema_;
  std::vector<size_t> expected_, orphaned_;  // by column: its place in such rows
  // Of the current step.
  Change change_ = Change::kNew;
  const Row* row_ = nullptr;
  const std::vector<size_t>* places_ = nullptr;
};

}  // namespace

Status ExportArrow(Cursor cursor, ArrowArrayStream* out, const ArrowOptions& options) {
  const Schema schema = cursor.schema();
  return StreamRows(std::make_unique<CursorRows>(std::move(cursor)), schema,
                    {options.chunk_rows, options.chunk_bytes}, out);
}

Status ExportArrow(UpdateCursor cursor, ArrowArrayStream* out, const ArrowOptions& options) {
  *out = ArrowArrayStream{};
  auto rows = std::make_unique<ChangeRows>(std::move(cursor), options.only);
  DIOTIMA_TRY(rows->Prepare(options.change_column));
  const Schema schema = rows->schema();
  return StreamRows(std::move(rows), schema, {options.chunk_rows, options.chunk_bytes}, out);
}

}  // namespace diotima
