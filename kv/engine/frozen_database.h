// Gives a copy a database that does not change, whoever writes to the store meanwhile.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kv/disk/manifest_state.h"
#include "kv/engine/engine.h"

namespace diotima {

// Hard links to the files of a database at one moment, in a directory below it that is removed with
// this object. They must never be opened for writing: the writer may still use the files.
class LinkedFiles {
 public:
  // Returns kBusy when another process changes the set of files too fast. Sets `read_only_system`
  // on a read-only file system, where there are no links and no writer.
  static Result<std::unique_ptr<LinkedFiles>> Create(const std::string& path,
                                                     bool* read_only_system);
  // Removes the links that killed processes have left at `path`.
  static void RemoveAbandoned(const std::string& path);
  ~LinkedFiles();
  LinkedFiles(const LinkedFiles&) = delete;

  const std::string& directory() const { return directory_; }

 private:
  LinkedFiles() = default;
  Status Prepare(const std::string& path, bool* read_only_system);
  Status Fill(const std::string& path, const ManifestState& manifest,
              const std::vector<std::string>& logs) const;
  Status Link(const std::string& from, const std::string& name) const;
  Status Copy(const std::string& from, const std::string& name, uint64_t size) const;

  std::string directory_;
  int lock_ = -1;
};

// The database to copy: that of the writer itself, whose files RocksDB keeps while they are copied,
// or links, if another process may be writing.
class FrozenDatabase {
 public:
  // `engine` must outlive it.
  static Result<FrozenDatabase> Of(Engine* engine);

  rocksdb::DB* db() const { return engine_->db(); }
  // Flush first, so that no log has to be copied.
  bool flush() const { return !engine_->read_only(); }

 private:
  FrozenDatabase() = default;

  Engine* engine_ = nullptr;
  // In this order: the links vanish last.
  std::unique_ptr<LinkedFiles> links_;
  std::unique_ptr<Engine> linked_;
};

}  // namespace diotima
