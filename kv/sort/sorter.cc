#include "kv/sort/sorter.h"

#include <diotima/status_macros.h>

#include <algorithm>

namespace diotima {
namespace {

// A budget is this many parts: those in memory, those being sorted or written, the one being
// filled.
constexpr size_t kPartsOfBudget = 8;
constexpr size_t kSmallestBuffer = size_t{16} << 10;
constexpr size_t kLargestBuffer = size_t{256} << 10;

}  // namespace

Sorter::Sorter(std::string directory, size_t memory_budget, TaskGroup* tasks)
    : budget_(memory_budget),
      tasks_(tasks),
      file_(std::move(directory)),
      current_(std::make_unique<RecordSegment>()) {}

// Tasks may still hold its parts.
Sorter::~Sorter() {
  if (tasks_ != nullptr) (void)tasks_->Wait();
}

Status Sorter::Add(std::string_view key, std::string_view value) {
  if (!current_->empty() &&
      current_->bytes() + key.size() + value.size() > budget_ / kPartsOfBudget) {
    FinishPart();
    DIOTIMA_TRY(status_);
  }
  current_->Add(key, value);
  ++records_;
  bytes_ += key.size() + value.size();
  return Status::Ok();
}

void Sorter::FinishPart() {
  const size_t working = 2 + (tasks_ != nullptr ? 2 * tasks_->threads() : 0);
  const size_t for_kept =
      budget_ - std::min(budget_, std::min(working, kPartsOfBudget - 1) * budget_ / kPartsOfBudget);
  const bool spill = kept_ + current_->bytes() > for_kept;
  if (!spill) kept_ += current_->bytes();
  in_order_ = in_order_ && !spill && Follows(*current_);
  if (in_order_) last_key_ = (*current_)[current_->size() - 1].key();
  parts_.push_back(std::make_unique<Part>());
  Part* const part = parts_.back().get();
  part->segment = std::move(current_);
  current_ = std::make_unique<RecordSegment>();
  if (part->segment->ascending() && !spill) return;
  if (tasks_ != nullptr) {
    status_ = tasks_->Run([this, part, spill] { return SortPart(part, spill); });
  } else {
    status_ = SortPart(part, spill);
  }
}

Status Sorter::SortPart(Part* part, bool spill) {
  part->segment->Sort();
  if (!spill) return Status::Ok();
  DIOTIMA_ASSIGN(part->run, file_.Write(*part->segment));
  part->segment.reset();
  return Status::Ok();
}

Status Sorter::Sort() {
  if (!current_->empty()) {
    parts_.push_back(std::make_unique<Part>());
    parts_.back()->segment = std::move(current_);
    current_ = std::make_unique<RecordSegment>();
    parts_.back()->segment->Sort();
  }
  DIOTIMA_TRY(status_);
  return tasks_ != nullptr ? tasks_->Wait() : Status::Ok();
}

bool Sorter::Follows(const RecordSegment& segment) const {
  return segment.empty() || (segment.ascending() && segment[0].key() >= last_key_);
}

std::vector<std::unique_ptr<RecordSegment>> Sorter::TakeAscending() {
  std::vector<std::unique_ptr<RecordSegment>> segments;
  for (auto& part : parts_) segments.push_back(std::move(part->segment));
  if (!current_->empty()) segments.push_back(std::move(current_));
  current_ = std::make_unique<RecordSegment>();
  parts_.clear();
  last_key_.clear();
  kept_ = 0;
  records_ = bytes_ = 0;
  return segments;
}

size_t Sorter::runs() const {
  return static_cast<size_t>(
      std::count_if(parts_.begin(), parts_.end(), [](const auto& part) { return !part->segment; }));
}

std::vector<std::string> Sorter::Splits(size_t parts) const {
  // Every part gives keys at the same distance in bytes, so that a split of the keys is one of the
  // bytes.
  constexpr size_t kSampleBytes = size_t{64} << 10;
  std::vector<std::string> keys;
  for (const auto& part : parts_) {
    for (const auto& mark : part->run.marks) keys.push_back(mark.key);
    if (!part->segment) continue;
    size_t bytes = kSampleBytes;
    for (const auto& record : part->segment->records()) {
      if (bytes >= kSampleBytes) {
        keys.emplace_back(record.key());
        bytes = 0;
      }
      bytes += record.key_size + record.value_size;
    }
  }
  std::sort(keys.begin(), keys.end());
  std::vector<std::string> splits;
  for (size_t i = 1; i < parts && !keys.empty(); ++i) {
    const std::string& key = keys[i * keys.size() / parts];
    if (key > keys.front()) splits.push_back(key);
  }
  splits.erase(std::unique(splits.begin(), splits.end()), splits.end());
  return splits;
}

Result<std::unique_ptr<SortedRecords>> Sorter::Scan(std::string_view begin,
                                                    std::string_view end) const {
  std::unique_ptr<SortedRecords> scan(new SortedRecords(end));
  const size_t buffer =
      std::clamp(budget_ / 4 / std::max<size_t>(parts_.size(), 1), kSmallestBuffer, kLargestBuffer);
  for (const auto& part : parts_) {
    auto source = std::make_unique<SortedRecords::Source>();
    source->order = scan->sources_.size();
    if (part->segment) {
      source->segment = part->segment.get();
      source->position = part->segment->LowerBound(begin);
    } else {
      source->run = std::make_unique<RunReader>(&file_, &part->run, buffer);
      DIOTIMA_TRY(source->run->Seek(begin));
    }
    if (scan->Load(source.get())) scan->heap_.push_back(source.get());
    scan->sources_.push_back(std::move(source));
  }
  std::make_heap(scan->heap_.begin(), scan->heap_.end(),
                 [](const auto* a, const auto* b) { return SortedRecords::Before(*b, *a); });
  return scan;
}

SortedRecords::~SortedRecords() = default;

bool SortedRecords::Before(const Source& a, const Source& b) {
  if (KeyLess(a.key, a.head, b.key, b.head)) return true;
  return a.key == b.key && a.order < b.order;
}

bool SortedRecords::Load(Source* source) const {
  if (source->run) {
    if (!source->run->Valid()) return false;
    source->key = source->run->key();
    source->value = source->run->value();
    source->head = KeyHead(source->key);
  } else {
    if (source->position == source->segment->size()) return false;
    const auto& record = (*source->segment)[source->position];
    source->key = record.key();
    source->value = record.value();
    source->head = record.head;
  }
  return end_.empty() || source->key < end_;
}

void SortedRecords::Next() {
  Source* const source = heap_.front();
  if (source->run) {
    status_ = source->run->Next();
    if (!status_.ok()) return;
  } else {
    ++source->position;
  }
  if (!Load(source)) {
    heap_.front() = heap_.back();
    heap_.pop_back();
  }
  SiftDown();
}

void SortedRecords::SiftDown() {
  const size_t size = heap_.size();
  for (size_t at = 0;;) {
    size_t child = 2 * at + 1;
    if (child >= size) return;
    if (child + 1 < size && Before(*heap_[child + 1], *heap_[child])) ++child;
    if (!Before(*heap_[child], *heap_[at])) return;
    std::swap(heap_[child], heap_[at]);
    at = child;
  }
}

}  // namespace diotima
