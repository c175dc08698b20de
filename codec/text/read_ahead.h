// Reads batches in a thread of its own, so that parsing overlaps with the use of the rows.
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

// Reads some MiB of items of a source ahead of their use. One thread uses it; only the thread that
// reads ahead calls the source. Items know the bytes() that they hold.
template <typename Item>
class Ahead {
 public:
  // Fills an item, which may have been used before. Returns false at the end.
  using Source = std::function<Result<bool>(Item*)>;

  // The destructor calls `cancel`, if there is one, when the source is still working; it must make
  // a waiting call return. Nothing is read before the first Next.
  Ahead(Source source, std::function<void()> cancel)
      : source_(std::move(source)), cancel_(std::move(cancel)) {}
  // Waits for the source to return.
  ~Ahead();
  Ahead(const Ahead&) = delete;

  // Returns the next item in `item`, whose content is reused. False at the end. An error comes
  // after the items that were read before it, and again at each further call.
  Result<bool> Next(Item* item);

 private:
  // The most that may wait, beside one item that is being filled.
  static constexpr size_t kItems = 64;
  static constexpr size_t kBytes = size_t{8} << 20;
  static constexpr size_t kUsedItems = 8;

  Status Start();
  void Run();
  // The thread rests between these two, so that it does not wake up for each small item.
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

// Reads the batches of another reader ahead. A batch that it returns replaces the one that is
// passed, and has its own columns.
class ReadAhead : public RowReader {
 public:
  // `cancel`: as of Ahead.
  explicit ReadAhead(std::unique_ptr<RowReader> rows, std::function<void()> cancel = nullptr);
  Result<bool> Read(RowBatch* batch) override;

 private:
  const std::unique_ptr<RowReader> rows_;
  Ahead<RowBatch> ahead_;
};

// Reads rows of several features ahead.
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
