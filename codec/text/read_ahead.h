// Batches that a thread of their own reads, so that parsing overlaps with what is done to the rows.
#pragma once

#include <diotima/text.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace diotima {

// Items of a source, some MiB of them read before they are asked for. To be used by one thread; the
// source is only ever called by the one that reads ahead. Items know the bytes() they hold.
template <typename Item>
class Ahead {
 public:
  // Fills an item, which may have been used before; false at the end.
  using Source = std::function<Result<bool>(Item*)>;

  // `cancel`, where there is one, is called by the destructor if the source is still at work: it
  // makes a call that waits return. Nothing is read before the first Next.
  Ahead(Source source, std::function<void()> cancel)
      : source_(std::move(source)), cancel_(std::move(cancel)) {}
  // Waits for the source to return.
  ~Ahead();
  Ahead(const Ahead&) = delete;

  // The next item, in exchange for the content of `item`. False at the end. An error comes after
  // the items that were read before it, and again at each further call.
  Result<bool> Next(Item* item);

 private:
  // So much may wait; one more item is being filled.
  static constexpr size_t kItems = 64;
  static constexpr size_t kBytes = size_t{8} << 20;
  static constexpr size_t kUsedItems = 8;

  Status Start();
  void Run();
  // The thread rests between the two, so that it does not wake up for each small item.
  bool Full() const { return ready_.size() >= kItems || bytes_ >= kBytes; }
  bool Low() const { return ready_.size() <= kItems / 2 && bytes_ <= kBytes / 2; }

  const Source source_;
  const std::function<void()> cancel_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable has_items_, has_room_;
  // Guarded by the mutex.
  std::deque<Item> ready_;
  size_t bytes_ = 0;           // of them
  std::vector<Item> used_;     // to be filled again
  std::optional<Status> end_;  // how the source ended
  bool stop_ = false;
};

// The batches of another reader. A batch that is given out takes the place of the one that is
// passed, with columns of its own.
class ReadAhead : public RowReader {
 public:
  // `cancel`: as of Ahead.
  explicit ReadAhead(std::unique_ptr<RowReader> rows, std::function<void()> cancel = nullptr);
  Result<bool> Read(RowBatch* batch) override;

 private:
  const std::unique_ptr<RowReader> rows_;
  Ahead<RowBatch> ahead_;
};

// The same for rows of several features.
class MultiReadAhead : public MultiReader {
 public:
  explicit MultiReadAhead(std::unique_ptr<MultiReader> rows,
                          std::function<void()> cancel = nullptr);
  Result<bool> Read(std::string* feature, RowBatch* batch) override;

 private:
  struct Item {
    std::string feature;
    RowBatch batch;
    size_t bytes() const { return batch.bytes(); }
  };

  const std::unique_ptr<MultiReader> rows_;
  Ahead<Item> ahead_;
  Item item_;
};

}  // namespace diotima
