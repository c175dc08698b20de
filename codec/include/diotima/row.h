// Rows: batches that are written, and views that are read.
#pragma once

#include <diotima/export.h>
#include <diotima/value.h>

#include <array>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace diotima {

// The system columns (docs/semantics.md).
enum class SystemColumn : uint8_t {
  kProvenanceByField,
  kProvenance,
  kDataVersionByField,
  kDataVersion,
  kFeatureVersion,
  kProjectVersion,
  kCreatedAt,
  kUpdatedAt,
  kDeletedAt,
  kMaterializationId,
};
inline constexpr size_t kSystemColumnCount = 10;

// Their names.
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

// The four that hold hashes.
inline constexpr std::array kHashColumns = {
    SystemColumn::kProvenanceByField, SystemColumn::kProvenance, SystemColumn::kDataVersionByField,
    SystemColumn::kDataVersion};

struct Column {
  std::string name;
  Type type;
};

// Returns the system columns with their types, in the order of SystemColumn.
DIOTIMA_EXPORT const std::vector<Column>& SystemColumns();
// Returns the name and the type of a system column.
DIOTIMA_EXPORT const Column& GetSystemColumn(SystemColumn column);
// Returns the system column that has this name, if one has.
DIOTIMA_EXPORT std::optional<SystemColumn> FindSystemColumn(std::string_view name);

// The columns of rows, in order. Immutable once made; thread-safe.
class DIOTIMA_EXPORT Schema {
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

// A view of one row. It is valid until the cursor that it came from moves. Not thread-safe.
class DIOTIMA_EXPORT Row {
 public:
  virtual ~Row() = default;
  virtual const Schema& schema() const = 0;
  // Returns the cell of a column, by its index in the schema; kNull if the row has none.
  virtual Value Get(size_t column) const = 0;
  // Returns the cell of a column by name; kAbsent for a column that the schema does not have.
  Value Get(std::string_view name) const;

  // Returns the cell of a column as a T, as Value::As does:
  //
  //   DIOTIMA_ASSIGN(const auto size, row.Get<int64_t>("size"));
  //   DIOTIMA_ASSIGN(const auto note, row.Get<std::optional<std::string>>("note"));
  //
  // Errors name the column. kNotFound for a column that the schema does not have.
  template <typename T>
  Result<T> Get(std::string_view name) const {
    const auto column = schema().Find(name);
    if (!column) return NoColumn(name);
    auto value = Get(*column).As<T>();
    return value.ok() ? std::move(value) : Result<T>(InColumn(name, value.status()));
  }

 private:
  Status NoColumn(std::string_view name) const;
  static Status InColumn(std::string_view name, const Status& status);
};

// One entry of a by-field map: a field and its hash.
using TextEntry = std::pair<std::string_view, std::string_view>;

// Rows to write: columns by name, cells that are absent until set. A batch owns its cells. Movable,
// not thread-safe. Clear() keeps its memory, so that one batch can be filled again and again.
//
//   rows.AddRow();
//   rows.Set("path", "a.mp4");
//   rows.Set("size", 1024);
//   rows.SetMap(diotima::kProvenanceByField, {{"audio", "17"}, {"frames", "18"}});
class DIOTIMA_EXPORT RowBatch {
 public:
  RowBatch() = default;
  explicit RowBatch(const std::vector<std::string>& columns);

  // Returns the index of a column, which is added when the batch does not have it.
  size_t AddColumn(std::string_view name);
  std::optional<size_t> FindColumn(std::string_view name) const;
  const std::vector<std::string>& columns() const { return names_; }

  // Starts a new row; the setters below fill the last one. They copy what they are given.
  void AddRow() { ++rows_; }
  void Set(size_t column, const Value& value);
  void Set(std::string_view column, const Value& value) { Set(AddColumn(column), value); }
  // Sets a cell to a C++ value, as Value::Of makes one.
  template <typename T>
  void Set(std::string_view column, const T& value) {
    Set(AddColumn(column), Value::Of(value));
  }
  // Sets a cell to a map of texts, as the by-field columns are.
  void SetMap(size_t column, std::span<const TextEntry> entries);
  void SetMap(std::string_view column, std::span<const TextEntry> entries) {
    SetMap(AddColumn(column), entries);
  }
  void SetMap(size_t column, std::initializer_list<TextEntry> entries) {
    SetMap(column, std::span(entries.begin(), entries.size()));
  }
  void SetMap(std::string_view column, std::initializer_list<TextEntry> entries) {
    SetMap(AddColumn(column), entries);
  }

  size_t rows() const { return rows_; }
  bool empty() const { return rows_ == 0; }
  Value Get(size_t row, size_t column) const {
    const auto& cells = cells_[column];
    return row < cells.size() ? cells[row] : Value::Absent();
  }
  // Returns about how many bytes of memory the batch holds.
  size_t bytes() const;
  // Removes the rows, keeps the columns.
  void Clear();

 private:
  friend class BatchBuilder;

  std::vector<std::string> names_;
  std::map<std::string, size_t, std::less<>> index_;
  std::vector<std::vector<Value>> cells_;  // by column; shorter than rows_ where the tail is absent
  std::vector<uint64_t> lines_;            // by row, where readers noted them
  std::string source_;
  size_t rows_ = 0;
  Arena arena_;
  std::vector<std::shared_ptr<const void>> owners_;  // of borrowed text and items
};

// A stream of batches: a file, a generator. Not thread-safe.
class DIOTIMA_EXPORT RowReader {
 public:
  virtual ~RowReader() = default;
  // Clears `batch` and fills it with the next rows, a bounded number of them. Returns false at the
  // end.
  virtual Result<bool> Read(RowBatch* batch) = 0;
};

}  // namespace diotima
