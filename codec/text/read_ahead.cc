#include "codec/text/read_ahead.h"

#include <diotima/status_macros.h>

#include <system_error>

namespace diotima {

template <typename Item>
Ahead<Item>::~Ahead() {
  if (!thread_.joinable()) return;
  bool at_work = false;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    at_work = !end_;
  }
  has_room_.notify_one();
  if (at_work && cancel_) cancel_();
  thread_.join();
}

template <typename Item>
Status Ahead<Item>::Start() {
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error& error) {
    return Status::IoError(std::string("cannot start a thread to read with: ") + error.what());
  }
  return Status::Ok();
}

template <typename Item>
Result<bool> Ahead<Item>::Next(Item* item) {
  if (!thread_.joinable()) DIOTIMA_TRY(Start());
  std::unique_lock lock(mutex_);
  has_items_.wait(lock, [this] { return !ready_.empty() || end_; });
  if (ready_.empty()) {
    if (!end_->ok()) return *end_;
    return false;
  }
  bytes_ -= ready_.front().bytes();
  std::swap(*item, ready_.front());
  if (used_.size() < kUsedItems) used_.push_back(std::move(ready_.front()));
  ready_.pop_front();
  const bool low = Low();
  lock.unlock();
  if (low) has_room_.notify_one();
  return true;
}

template <typename Item>
void Ahead<Item>::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (Full()) has_room_.wait(lock, [this] { return stop_ || Low(); });
    if (stop_) return;
    Item item;
    if (!used_.empty()) {
      item = std::move(used_.back());
      used_.pop_back();
    }
    lock.unlock();
    const Result<bool> more = source_(&item);
    lock.lock();
    if (more.ok() && *more) {
      bytes_ += item.bytes();
      ready_.push_back(std::move(item));
    } else {
      end_ = more.status();
    }
    has_items_.notify_one();
    if (end_) return;
  }
}

template class Ahead<RowBatch>;
template class Ahead<MultiReadAhead::Item>;

ReadAhead::ReadAhead(std::unique_ptr<RowReader> rows, std::function<void()> cancel)
    : rows_(std::move(rows)),
      ahead_([this](RowBatch* batch) { return rows_->Read(batch); }, std::move(cancel)) {}

Result<bool> ReadAhead::Read(RowBatch* batch) {
  DIOTIMA_ASSIGN(const bool more, ahead_.Next(batch));
  if (!more) batch->Clear();
  return more;
}

MultiReadAhead::MultiReadAhead(std::unique_ptr<MultiReader> rows, std::function<void()> cancel)
    : rows_(std::move(rows)),
      ahead_([this](Item* item) { return rows_->Read(&item->feature, &item->batch); },
             std::move(cancel)) {}

Result<bool> MultiReadAhead::Read(std::string* feature, RowBatch* batch) {
  std::swap(item_.batch, *batch);
  const Result<bool> more = ahead_.Next(&item_);
  std::swap(item_.batch, *batch);
  DIOTIMA_TRY(more.status());
  if (!*more) {
    batch->Clear();
    return false;
  }
  feature->swap(item_.feature);
  return true;
}

}  // namespace diotima
