#include "codec/text/read_ahead.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "codec/base/batch_builder.h"
#include "codec/text/test_file.h"

namespace diotima {
namespace {

// `batches` batches of two rows with the column "n", which counts on; then an end or an error.
class Counting : public RowReader {
 public:
  explicit Counting(int64_t batches, Status end = Status::Ok()) : left_(batches), end_(end) {}

  Result<bool> Read(RowBatch* batch) override {
    batch->Clear();
    if (left_-- == 0) {
      if (!end_.ok()) return end_;
      return false;
    }
    for (int i = 0; i < 2; ++i) {
      batch->AddRow();
      batch->Set("n", Value::Int64(next_++));
    }
    return true;
  }

 private:
  int64_t left_;
  int64_t next_ = 0;
  const Status end_;
};

TEST(ReadAhead, KeepsTheOrder) {
  ReadAhead rows(std::make_unique<Counting>(1000));
  RowBatch batch;
  int64_t next = 0;
  while (*rows.Read(&batch)) {
    ASSERT_EQ(batch.rows(), 2u);
    for (size_t row = 0; row < 2; ++row) ASSERT_EQ(batch.Get(row, 0).unchecked_int64(), next++);
  }
  EXPECT_EQ(next, 2000);
  EXPECT_TRUE(batch.empty());
  EXPECT_FALSE(*rows.Read(&batch)) << "the end stays the end";
}

TEST(ReadAhead, NoRows) {
  ReadAhead rows(std::make_unique<Counting>(0));
  RowBatch batch;
  batch.AddRow();
  EXPECT_FALSE(*rows.Read(&batch));
  EXPECT_TRUE(batch.empty());
}

TEST(ReadAhead, AnErrorComesAfterTheBatchesBeforeIt) {
  ReadAhead rows(std::make_unique<Counting>(3, Status::SchemaMismatch("line 7")));
  RowBatch batch;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(*rows.Read(&batch));
  for (int i = 0; i < 2; ++i) {
    const auto more = rows.Read(&batch);
    ASSERT_FALSE(more.ok());
    EXPECT_EQ(more.status().ToString(), "schema_mismatch: line 7");
  }
}

TEST(ReadAhead, DestroyedBeforeTheEnd) {
  RowBatch batch;
  for (int reads = 0; reads < 5; ++reads) {
    ReadAhead rows(std::make_unique<Counting>(INT64_MAX));
    for (int i = 0; i < reads; ++i) ASSERT_TRUE(*rows.Read(&batch));
  }
  EXPECT_EQ(batch.Get(1, 0).unchecked_int64(), 7) << "a batch outlives its reader";
}

// Gives one batch, then waits for what does not come.
class Waiting : public RowReader {
 public:
  explicit Waiting(std::future<void> cancelled) : cancelled_(std::move(cancelled)) {}

  Result<bool> Read(RowBatch* batch) override {
    batch->Clear();
    if (!std::exchange(first_, false)) {
      cancelled_.wait();
      return Status::IoError("cancelled");
    }
    batch->AddRow();
    return true;
  }

 private:
  std::future<void> cancelled_;
  bool first_ = true;
};

TEST(ReadAhead, AReadThatWaitsIsCancelled) {
  std::promise<void> cancel;
  int calls = 0;
  {
    ReadAhead rows(std::make_unique<Waiting>(cancel.get_future()), [&] {
      ++calls;
      cancel.set_value();
    });
    RowBatch batch;
    ASSERT_TRUE(*rows.Read(&batch));
  }
  EXPECT_EQ(calls, 1);
  {
    ReadAhead rows(std::make_unique<Counting>(1), [&] { ++calls; });
    RowBatch batch;
    while (*rows.Read(&batch)) continue;
  }
  EXPECT_EQ(calls, 1) << "nothing is left to cancel";
}

TEST(ReadAhead, GivesWhatTheReaderGives) {
  std::string text;
  for (int i = 0; i < 1000; ++i) {
    text += i % 3 == 0 ? "{\"a\":" : "{\"b\":\"x\",\"a\":";
    text += std::to_string(i) + "}\n";
  }
  TextFile file(text);
  auto reader = OpenJsonLines(file.get(), {.source = "f", .batch_rows = 7});
  ReadAhead rows(*std::move(reader));
  RowBatch batch;
  int64_t next = 0;
  while (*rows.Read(&batch)) {
    for (size_t row = 0; row < batch.rows(); ++row, ++next) {
      ASSERT_EQ(batch.Get(row, *batch.FindColumn("a")).unchecked_int64(), next);
      ASSERT_EQ(BatchBuilder::DescribeRow(batch, row), "f:" + std::to_string(next + 1));
    }
  }
  EXPECT_EQ(next, 1000);
}

TEST(MultiReadAhead, GivesWhatTheReaderGives) {
  TextFile file(
      R"({"feature":"a","row":{"x":1}}
{"feature":"a","row":{"x":2}}
{"feature":"b","row":{"x":3}}
{"feature":"a","row":{"x":4}}
{"feature":"a"})");
  auto reader = OpenMultiJsonLines(file.get(), nullptr, {.source = "m"});
  MultiReadAhead rows(*std::move(reader));
  std::string found;
  std::string feature;
  RowBatch batch;
  for (;;) {
    const auto more = rows.Read(&feature, &batch);
    if (!more.ok()) {
      EXPECT_TRUE(more.status().message().starts_with("m:5: ")) << more.status().message();
      break;
    }
    ASSERT_TRUE(*more);
    found += feature + ":";
    for (size_t row = 0; row < batch.rows(); ++row) {
      found += std::to_string(batch.Get(row, 0).unchecked_int64()) + " ";
    }
  }
  EXPECT_EQ(found, "a:1 2 b:3 ");
}

}  // namespace
}  // namespace diotima
