// A database that does not change while it is copied, whoever writes to the store.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kv/disk/manifest_state.h"
#include "kv/engine/engine.h"

namespace diotima {

// Hard links to the files of a database as they are at one moment, in a directory of their own
// below it, that vanishes with it. Never to be opened for writing: the writer may be at work on
// some of these files.
class LinkedFiles {
 public:
  // kBusy when another process changes the set of files too fast. `read_only_system` is set where
  // there can be no links, nor any writer.
  static Result<std::unique_ptr<LinkedFiles>> Create(const std::string& path,
                                                     bool* read_only_system);
  // Removes what processes that were killed have left at `path`.
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

// A writer's own database, of which RocksDB keeps the files as long as it copies them; or else
// links, as another process may be writing.
class FrozenDatabase {
 public:
  // `engine` must outlive it.
  static Result<FrozenDatabase> Of(Engine* engine);

  rocksdb::DB* db() const { return engine_->db(); }
  // What is in memory should be flushed first, so that no log has to be copied.
  bool flush() const { return !engine_->read_only(); }

 private:
  FrozenDatabase() = default;

  Engine* engine_ = nullptr;
  // In this order: the links vanish last.
  std::unique_ptr<LinkedFiles> links_;
  std::unique_ptr<Engine> linked_;
};

}  // namespace diotima
