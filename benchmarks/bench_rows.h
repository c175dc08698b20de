// The rows that whole operations are measured with: a root feature and one below it, about 100
// bytes of user data a row.
#pragma once

#include <diotima/store.h>

#include <memory>
#include <string>

namespace diotima {

inline constexpr const char* kRootFeature = "bench/raw";
inline constexpr const char* kChildFeature = "bench/out";

Graph WorkloadGraph();
// Aborts where the text is in error.
Graph GraphOf(const char* toml);

// A number that looks random and is that of `n` alone.
uint64_t Mix(uint64_t n);

// About 100 bytes of the batch's last row: `path`, `size`, `score` and `label`, all of them those
// of `number`.
void SetUserColumns(RowBatch* batch, uint64_t number);
// A hash as the stores of these rows have it, of `number` alone.
class HashText {
 public:
  explicit HashText(uint64_t number);
  std::string_view text() const { return {digits_, size_}; }

 private:
  char digits_[20];
  size_t size_;
};

// The rows of a batch as JSON Lines.
void AppendJsonLines(const RowBatch& batch, std::string* text);

// Rows 0 to `rows` of the root, in key order or not. With `changed`, only every tenth row,
// with another hash of its audio.
class RootRows : public RowReader {
 public:
  RootRows(uint64_t rows, bool shuffled, bool changed = false);
  Result<bool> Read(RowBatch* batch) override;

 private:
  void AddRow(RowBatch* batch, uint64_t number);

  const uint64_t rows_;
  const bool shuffled_;
  const bool changed_;
  uint64_t next_ = 0;
};

// The expected rows of the child as rows to write: ids, hashes and one result column.
class ChildRows : public RowReader {
 public:
  explicit ChildRows(UpdateCursor* update) : update_(update) {}
  Result<bool> Read(RowBatch* batch) override;

 private:
  UpdateCursor* update_;
};

}  // namespace diotima
