// Reads a directory as samples: a row for each file.
#pragma once

#include <diotima/store.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/scan/digest_pool.h"
#include "cli/scan/directory_walk.h"

namespace diotima::cli {

// The data that a field is made from.
enum class ScanSource : uint8_t { kContent, kAttributes };

struct ScanField {
  std::string name;  // a struct key
  ScanSource source = ScanSource::kContent;
};

struct ScanOptions {
  std::string directory;
  std::vector<std::string> patterns;  // any must match; none: all files
  std::vector<ScanField> fields;
  // The rows of an earlier scan of the directory, in ascending order of `path`. A file with the
  // size and the time of its row is not read again.
  std::optional<Cursor> known;
  size_t threads = 1;
  bool follow_links = true;
};

// Returns rows with the columns of Columns(), in ascending order of `path`. Reads files in
// parallel, in bounded memory.
class DirectoryReader : public RowReader {
 public:
  static const Schema& Columns();
  static Result<std::unique_ptr<DirectoryReader>> Open(ScanOptions options);

  Result<bool> Read(RowBatch* batch) override;

  // Returns the number of symbolic links that were left out.
  uint64_t skipped_links() const { return walk_.skipped_links(); }
  // Returns messages about files and directories that could not be read.
  std::vector<std::string> problems() const;

 private:
  // The rows of the earlier scan, read in step with the walk.
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
