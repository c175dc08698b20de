// Rows: batches that are written, and views that are read.
#pragma once

#include <diotima/value.h>

#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace diotima {

// The names of the system columns (docs/semantics.md).
inline constexpr std::string_view kProvenanceByField = "metaxy_provenance_by_field";
inline constexpr std::string_view kProvenance = "metaxy_provenance";
inline constexpr std::string_view kDataVersionByField = "metaxy_data_version_by_field";
inline constexpr std::string_view kDataVersion = "metaxy_data_version";
inline constexpr std::string_view kFeatureVersion = "metaxy_feature_version";
inline constexpr std::string_view kProjectVersion = "metaxy_project_version";
inline constexpr std::string_view kCreatedAt = "metaxy_created_at";
inline constexpr std::string_view kUpdatedAt = "metaxy_updated_at";
inline constexpr std::string_view kDeletedAt = "metaxy_deleted_at";
inline constexpr std::string_view kMaterializationId = "metaxy_materialization_id";

struct Column {
  std::string name;
  Type type;
};

// The system columns with their types, in the order above.
const std::vector<Column>& SystemColumns();
bool IsSystemColumn(std::string_view name);

// The columns of rows, in order. Immutable once made; thread-safe.
class Schema {
 public:
  Schema() = default;
  explicit Schema(std::vector<Column> columns);

  size_t size() const { return columns_.size(); }
  const Column& operator[](size_t i) const { return columns_[i]; }
  const std::vector<Column>& columns() const { return columns_; }
  std::optional<size_t> Find(std::string_view name) const;

 private:
  std::vector<Column> columns_;
  std::map<std::string, size_t, std::less<>> index_;
};

// One row to read: a view that is valid until the cursor it came from moves. Not thread-safe.
class Row {
 public:
  virtual ~Row() = default;
  virtual const Schema& schema() const = 0;
  // The cell of column `column` (an index into the schema); kNull where there is none.
  virtual Value Get(size_t column) const = 0;
  // By name; kAbsent for a column that the schema does not have.
  Value Get(std::string_view name) const;
};

// Rows to write: columns by name, cells that are absent until set. A batch owns its cells, or holds
// who owns them. Movable, not thread-safe. Clear() keeps its memory, so that one batch can be
// filled again and again.
class RowBatch {
 public:
  RowBatch() = default;
  explicit RowBatch(const std::vector<std::string>& columns);

  // The index of a column, which is added when the batch does not have it.
  size_t AddColumn(std::string_view name);
  std::optional<size_t> FindColumn(std::string_view name) const;
  const std::vector<std::string>& columns() const { return names_; }

  // Starts a new row; the setters below fill the last one.
  void AddRow();
  // Starts so many rows, to be filled by SetCell or MutableCells.
  void AddRows(size_t count) { rows_ += count; }
  // Copies `value` into the batch.
  void Set(size_t column, const Value& value);
  void Set(std::string_view column, const Value& value) { Set(AddColumn(column), value); }
  // As Set, but text and items are borrowed: they must outlive the batch (or be in its arena).
  void SetBorrowed(size_t column, const Value& value);
  // The cell that SetBorrowed sets, to be written in place before anything else is added.
  Value* MutableCell(size_t column) {
    assert(rows_ > 0);
    auto& cells = cells_[column];
    if (cells.size() < rows_) cells.resize(rows_);
    return &cells.back();
  }
  // As SetBorrowed, for any row.
  void SetCell(size_t row, size_t column, const Value& value);
  // The cells of a column, one for each row, to be set as SetBorrowed does. They stay where they
  // are until the next row or column is added.
  Value* MutableCells(size_t column);
  // A map of string keys, as the by-field columns are: `{{"audio", "17"}, {"frames", "18"}}`.
  void SetMap(size_t column,
              std::initializer_list<std::pair<std::string_view, std::string_view>> entries);

  size_t rows() const { return rows_; }
  bool empty() const { return rows_ == 0; }
  Value Get(size_t row, size_t column) const {
    const auto& cells = cells_[column];
    return row < cells.size() ? cells[row] : Value::Absent();
  }
  // Bytes of memory held, roughly.
  size_t bytes() const;
  Arena* arena() { return &arena_; }

  // Keeps `owner`, in whose memory borrowed text or items are, until Clear().
  void Hold(std::shared_ptr<const void> owner) { owners_.push_back(std::move(owner)); }

  // Where rows came from, for messages: a file's name, and the line of the last row added.
  void SetSource(std::string source) { source_ = std::move(source); }
  void SetLine(uint64_t line);
  // "rows.jsonl:17", or "row 17" (counted from 1 with `before` rows in earlier batches).
  std::string Describe(size_t row, uint64_t before = 0) const;

  // Removes the rows, keeps the columns.
  void Clear();

 private:
  std::vector<std::string> names_;
  std::map<std::string, size_t, std::less<>> index_;
  std::vector<std::vector<Value>> cells_;  // by column; shorter than rows_ where the tail is absent
  std::vector<uint64_t> lines_;
  std::string source_;
  size_t rows_ = 0;
  Arena arena_;
  std::vector<std::shared_ptr<const void>> owners_;
};

// A stream of batches: a file, a generator. Not thread-safe.
class RowReader {
 public:
  virtual ~RowReader() = default;
  // Clears `batch` and fills it with the next rows, a bounded number of them. False at the end.
  virtual Result<bool> Read(RowBatch* batch) = 0;
};

}  // namespace diotima
