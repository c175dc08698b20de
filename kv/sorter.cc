#include "kv/sorter.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "codec/status_macros.h"

namespace diotima {
namespace {

constexpr size_t kBlock = size_t{1} << 20;
constexpr size_t kFileBuffer = size_t{1} << 18;

std::string RunPath(const std::string& directory) {
  static std::atomic<uint64_t> counter{0};
  return directory + "/run-" + std::to_string(getpid()) + "-" + std::to_string(++counter);
}

Status FileError(const std::string& path) {
  return Status::IoError("cannot sort with '" + path + "': " + std::strerror(errno));
}

}  // namespace

struct Sorter::Entry {
  uint64_t head;  // the first bytes of the key, big-endian, past the common feature prefix
  const char* data;
  uint32_t key_size;
  uint32_t value_size;
};

namespace {

// Keys of rows share 8 bytes of ids; what follows tells most of them apart without a cache miss.
uint64_t Head(std::string_view key) {
  uint64_t head = 0;
  for (size_t i = 0; i < 8; ++i) {
    head = head << 8 | (8 + i < key.size() ? static_cast<uint8_t>(key[8 + i]) : 0);
  }
  return head;
}

}  // namespace

// A sorted run on disk: records of two lengths (u32, native), key and value.
class Sorter::Run {
 public:
  Run(std::string path, size_t order) : path_(std::move(path)), order_(order) {}
  ~Run() {
    if (file_ != nullptr) std::fclose(file_);
  }

  Status Create() {
    file_ = std::fopen(path_.c_str(), "w+bx");
    if (file_ == nullptr) return FileError(path_);
    // Without a name it is gone with the process, however that ends.
    std::remove(path_.c_str());
    std::setvbuf(file_, nullptr, _IOFBF, kFileBuffer);
    return Status::Ok();
  }
  Status Write(const Entry& entry) {
    const uint32_t sizes[2] = {entry.key_size, entry.value_size};
    const size_t size = size_t{entry.key_size} + entry.value_size;
    if (std::fwrite(sizes, sizeof(sizes), 1, file_) != 1 ||
        (size > 0 && std::fwrite(entry.data, size, 1, file_) != 1)) {
      return FileError(path_);
    }
    return Status::Ok();
  }
  Status Rewind() {
    if (std::fflush(file_) != 0 || std::fseek(file_, 0, SEEK_SET) != 0) return FileError(path_);
    return Status::Ok();
  }
  Result<bool> Read() {
    uint32_t sizes[2];
    if (std::fread(sizes, sizeof(sizes), 1, file_) != 1) {
      if (std::ferror(file_) != 0) return FileError(path_);
      return false;
    }
    buffer_.resize(size_t{sizes[0]} + sizes[1]);
    if (!buffer_.empty() && std::fread(buffer_.data(), buffer_.size(), 1, file_) != 1) {
      return FileError(path_);
    }
    key_size_ = sizes[0];
    return true;
  }

  std::string_view key() const { return std::string_view(buffer_).substr(0, key_size_); }
  std::string_view value() const { return std::string_view(buffer_).substr(key_size_); }
  // Whether this run's record comes after that of `other`.
  bool After(const Run& other) const {
    const int order = key().compare(other.key());
    return order != 0 ? order > 0 : order_ > other.order_;
  }

 private:
  const std::string path_;
  const size_t order_;
  std::FILE* file_ = nullptr;
  std::string buffer_;
  size_t key_size_ = 0;
};

Sorter::Sorter(std::string directory, size_t memory_budget)
    : directory_(std::move(directory)), budget_(memory_budget) {}
Sorter::~Sorter() = default;

std::string_view Sorter::KeyOf(const Entry& entry) const { return {entry.data, entry.key_size}; }

Status Sorter::Add(std::string_view key, std::string_view value) {
  const size_t size = key.size() + value.size();
  if (used_ + size + sizeof(Entry) > budget_ && !entries_.empty()) DIOTIMA_TRY(SpillMemory());
  if (size > left_) {
    const size_t block = std::max(size, kBlock);
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(block));
    next_ = blocks_.back().get();
    left_ = block;
  }
  std::memcpy(next_, key.data(), key.size());
  if (!value.empty()) std::memcpy(next_ + key.size(), value.data(), value.size());
  if (ascending_ && !entries_.empty() && KeyOf(entries_.back()) > key) ascending_ = false;
  entries_.push_back(
      {Head(key), next_, static_cast<uint32_t>(key.size()), static_cast<uint32_t>(value.size())});
  next_ += size;
  left_ -= size;
  used_ += size + sizeof(Entry);
  ++records_;
  bytes_ += size;
  return Status::Ok();
}

void Sorter::SortMemory() {
  if (ascending_) return;
  std::stable_sort(entries_.begin(), entries_.end(), [this](const Entry& a, const Entry& b) {
    // The heads decide only between keys of one feature version.
    if (a.head != b.head && a.key_size >= 8 && b.key_size >= 8 &&
        std::memcmp(a.data, b.data, 8) == 0) {
      return a.head < b.head;
    }
    return KeyOf(a) < KeyOf(b);
  });
}

Status Sorter::SpillMemory() {
  SortMemory();
  auto run = std::make_unique<Run>(RunPath(directory_), runs_.size());
  DIOTIMA_TRY(run->Create());
  for (const Entry& entry : entries_) DIOTIMA_TRY(run->Write(entry));
  DIOTIMA_TRY(run->Rewind());
  runs_.push_back(std::move(run));
  entries_.clear();
  blocks_.clear();
  next_ = nullptr;
  left_ = used_ = 0;
  ascending_ = true;
  return Status::Ok();
}

Status Sorter::Sort() {
  if (runs_.empty()) {
    SortMemory();
    return StepMemory();
  }
  if (!entries_.empty()) DIOTIMA_TRY(SpillMemory());
  for (auto& run : runs_) {
    DIOTIMA_ASSIGN(const bool more, run->Read());
    if (more) heap_.push_back(run.get());
  }
  std::make_heap(heap_.begin(), heap_.end(), [](Run* a, Run* b) { return a->After(*b); });
  return StepRuns();
}

Status Sorter::Next() {
  if (runs_.empty()) return StepMemory();
  auto later = [](Run* a, Run* b) { return a->After(*b); };
  std::pop_heap(heap_.begin(), heap_.end(), later);
  DIOTIMA_ASSIGN(const bool more, heap_.back()->Read());
  if (more) {
    std::push_heap(heap_.begin(), heap_.end(), later);
  } else {
    heap_.pop_back();
  }
  return StepRuns();
}

Status Sorter::StepMemory() {
  valid_ = position_ < entries_.size();
  if (!valid_) return Status::Ok();
  const Entry& entry = entries_[position_++];
  key_ = KeyOf(entry);
  value_ = {entry.data + entry.key_size, entry.value_size};
  return Status::Ok();
}

Status Sorter::StepRuns() {
  valid_ = !heap_.empty();
  if (!valid_) return Status::Ok();
  key_ = heap_.front()->key();
  value_ = heap_.front()->value();
  return Status::Ok();
}

}  // namespace diotima
