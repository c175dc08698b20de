#include "kv/engine/frozen_database.h"

#include <diotima/status_macros.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>

#include "codec/base/os_error.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLinksName = "links-";

Status CannotLink(const std::string& what, const std::error_code& error) {
  return OsError(error.value(), "cannot link the files of the store, '" + what + "'");
}

std::error_code LastError() { return {errno, std::generic_category()}; }

// In ascending order of their numbers: RocksDB gives these at least six digits.
Status ListFiles(const std::string& path, std::string_view ending,
                 std::vector<std::string>* names) {
  std::error_code error;
  fs::directory_iterator it(path, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    if (it->path().native().ends_with(ending)) names->push_back(it->path().filename());
  }
  if (error) return CannotLink(path, error);
  std::sort(names->begin(), names->end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  return Status::Ok();
}

}  // namespace

void LinkedFiles::RemoveAbandoned(const std::string& path) {
  std::error_code error;
  fs::directory_iterator it(path, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename();
    if (!name.starts_with(kLinksName)) continue;
    const int lock = open(it->path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0) continue;
    std::error_code removing;
    if (flock(lock, LOCK_EX | LOCK_NB) == 0) fs::remove_all(it->path(), removing);
    close(lock);
  }
}

LinkedFiles::~LinkedFiles() {
  std::error_code error;
  if (!directory_.empty()) fs::remove_all(directory_, error);
  if (lock_ >= 0) close(lock_);
}

Status LinkedFiles::Prepare(const std::string& path, bool* read_only_system) {
  std::error_code error;
  do {
    if (lock_ >= 0) close(lock_);
    std::string pattern = path + "/" + kLinksName + "XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) {
      *read_only_system = errno == EROFS;
      return CannotLink(pattern, LastError());
    }
    directory_ = pattern;
    lock_ = open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock_ >= 0 && flock(lock_, LOCK_EX) != 0) return CannotLink(directory_, LastError());
    // Before it was locked another process may have taken it for abandoned.
  } while (lock_ < 0 || !fs::exists(directory_, error));
  return Status::Ok();
}

// A file that is gone was obsolete, or the set of files has changed, which Create sees. One that is
// linked already is the same: RocksDB gives no number twice.
Status LinkedFiles::Link(const std::string& from, const std::string& name) const {
  std::error_code error;
  fs::create_hard_link(from + "/" + name, directory_ + "/" + name, error);
  if (!error || error == std::errc::no_such_file_or_directory || error == std::errc::file_exists) {
    return Status::Ok();
  }
  return CannotLink(from + "/" + name, error);
}

// At most the first `size` bytes.
Status LinkedFiles::Copy(const std::string& from, const std::string& name, uint64_t size) const {
  std::ifstream in(from + "/" + name, std::ios::binary);
  std::ofstream out(directory_ + "/" + name, std::ios::binary);
  std::vector<char> buffer(size_t{1} << 20);
  while (size > 0 && in) {
    in.read(buffer.data(), static_cast<std::streamsize>(std::min<uint64_t>(size, buffer.size())));
    out.write(buffer.data(), in.gcount());
    size -= static_cast<uint64_t>(in.gcount());
  }
  if (!in.bad() && out.flush()) return Status::Ok();
  return CannotLink(from + "/" + name, std::make_error_code(std::errc::io_error));
}

Status LinkedFiles::Fill(const std::string& path, const ManifestState& manifest,
                         const std::vector<std::string>& logs) const {
  std::vector<std::string> tables;
  DIOTIMA_TRY(ListFiles(path, ".sst", &tables));
  for (const auto& table : tables) DIOTIMA_TRY(Link(path, table));
  for (const auto& log : logs) {
    // It may be a copy of an earlier attempt, when the log was the newest.
    std::error_code error;
    fs::remove(directory_ + "/" + log, error);
    DIOTIMA_TRY(log == logs.back() ? Copy(path, log, UINT64_MAX) : Link(path, log));
  }
  DIOTIMA_TRY(Copy(path, manifest.name, manifest.size));
  return Copy(path, "CURRENT", UINT64_MAX);
}

// As long as the manifest stays as it is, so do the table files that it names and the logs of what
// is in none of them. All logs but the newest are complete. That one grows, and is copied; what the
// copy has beyond the moment at which the manifest was looked at just makes it a later moment. A
// log that was overlooked, as it came while the directory was read, is seen the second time.
// Further attempts keep the links, so that each takes as long as what has changed.
Result<std::unique_ptr<LinkedFiles>> LinkedFiles::Create(const std::string& path,
                                                         bool* read_only_system) {
  constexpr int kAttempts = 100;
  *read_only_system = false;
  RemoveAbandoned(path);
  std::unique_ptr<LinkedFiles> links(new LinkedFiles());
  DIOTIMA_TRY(links->Prepare(path, read_only_system));
  for (int attempt = 1; attempt <= kAttempts; ++attempt) {
    const ManifestState manifest = ManifestState::Of(path);
    std::vector<std::string> logs, logs_after;
    DIOTIMA_TRY(ListFiles(path, ".log", &logs));
    const Status status = links->Fill(path, manifest, logs);
    DIOTIMA_TRY(ListFiles(path, ".log", &logs_after));
    if (logs == logs_after && manifest == ManifestState::Of(path)) {
      DIOTIMA_TRY(status);
      return links;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(attempt % 10));
  }
  return Status::Busy("the files of store '" + path +
                      "' change all the time: try again, or let the process that writes do it "
                      "(Store::Backup, Store::Checkpoint)");
}

Result<FrozenDatabase> FrozenDatabase::Of(Engine* engine) {
  FrozenDatabase still;
  still.engine_ = engine;
  if (!engine->read_only()) return still;
  bool read_only_system = false;
  auto links = LinkedFiles::Create(engine->path(), &read_only_system);
  if (read_only_system) return still;
  DIOTIMA_TRY(links.status());
  still.links_ = *std::move(links);
  EngineOptions options;
  options.create_if_missing = false;
  options.read_only = true;
  options.tuning.block_cache_size = size_t{8} << 20;
  DIOTIMA_ASSIGN(still.linked_, Engine::Open(still.links_->directory(), options));
  still.engine_ = still.linked_.get();
  return still;
}

}  // namespace diotima
