// A directory as samples: a row for each file in it.
#pragma once

#include <diotima/store.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/scan/digest_pool.h"
#include "cli/scan/directory_walk.h"

namespace diotima::cli {

// What a field is made from.
enum class ScanSource : uint8_t { kContent, kAttributes };

struct ScanField {
  std::string name;  // a struct key
  ScanSource source = ScanSource::kContent;
};

struct ScanOptions {
  std::string directory;
  std::vector<std::string> patterns;  // any must match; none: all files
  std::vector<ScanField> fields;
  // Rows that a scan of the same directory gave before, in ascending order of `path`. A file that
  // has the size and the time of its row is not read again.
  std::optional<Cursor> known;
  size_t threads = 1;
};

// Rows with the columns of Columns(), in ascending order of `path`. Files are read in parallel, in
// bounded memory.
class DirectoryReader : public RowReader {
 public:
  static const Schema& Columns();
  static Result<std::unique_ptr<DirectoryReader>> Open(ScanOptions options);

  Result<bool> Read(RowBatch* batch) override;

  // Files and directories that could not be read, as messages.
  std::vector<std::string> problems() const;

 private:
  // Rows seen before, a step at a time beside the walk.
  class KnownFiles;

  explicit DirectoryReader(ScanOptions options);
  void FillPool();
  bool IsWanted(const std::string& path) const;
  void AddRow(const FileDigest& file, RowBatch* batch) const;

  ScanOptions options_;
  DirectoryWalk walk_;
  std::shared_ptr<KnownFiles> known_;
  bool walked_ = false;
  std::vector<std::string> problems_;
  DigestPool pool_;
};

}  // namespace diotima::cli
