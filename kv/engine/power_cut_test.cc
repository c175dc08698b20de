// A process that loses power: the test runs itself as the process, with another directory and seed.
#include <diotima/buffered_writer.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "kv/disk/fault_file_system.h"
#include "kv/open_store.h"
#include "kv/test_store.h"

namespace diotima {
namespace {

using std::chrono::milliseconds;

constexpr int kWriters = 4;

Graph RootGraph() {
  FeatureSpec root;
  root.key = "root";
  root.id_columns = {"id"};
  root.fields = {{"content"}};
  return *Graph::FromSpecs({root});
}

// What the process tells: numbers of rows, a line each, in a file that loses nothing.
class Report {
 public:
  explicit Report(const std::string& path) : out_(path) {}
  void Add(int number) {
    const std::lock_guard lock(mutex_);
    out_ << number << std::endl;
  }

 private:
  std::mutex mutex_;
  std::ofstream out_;
};

class Process {
 public:
  Process(const std::string& directory, unsigned seed)
      : faults_(std::make_shared<FaultFileSystem>(seed)),
        env_(rocksdb::NewCompositeEnv(faults_)),
        started_(directory + "/started"),
        safe_(directory + "/safe") {
    StoreOptions options;
    options.graph = RootGraph();
    options.tuning.write_buffer_size = 64 << 10;
    options.bulk_commit_threshold = 50'000;
    auto store = OpenCore(directory + "/store", options, env_.get());
    if (!store.ok()) _exit(2);
    store_ = StoreAccess::Make(*std::move(store));
    if (!store_->Write("root", Rows({-1})).ok()) _exit(3);
  }

  static RowBatch Rows(const std::vector<int>& numbers) {
    RowBatch batch;
    for (int number : numbers) {
      batch.AddRow();
      batch.Set("id", Value::Int64(number));
      batch.Set("text", std::string(200, 'x'));
      batch.SetMap(batch.AddColumn(kProvenanceByField), {{"content", "1"}});
    }
    return batch;
  }

  // Never returns.
  void Run(bool buffered, unsigned seed) {
    std::unique_ptr<BufferedWriter> writer;
    if (buffered) {
      BufferedWriterOptions options;
      options.max_rows = 20;
      options.max_age = options.min_backoff = options.max_backoff = milliseconds(1);
      writer = *BufferedWriter::Create(store_.get(), options);
    }
    std::vector<std::thread> threads;
    for (int t = 0; t < kWriters; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0;; ++i) {
          const int first = (i * kWriters + t) * 1000;
          buffered ? Put(writer.get(), first) : Write(first, i % 5 == 0 ? 300 : 3);
        }
      });
    }
    std::this_thread::sleep_for(milliseconds(50 + seed * 37 % 300));
    faults_->Cut();
    _exit(0);
  }

 private:
  void Put(BufferedWriter* writer, int first) {
    std::vector<int> put;
    for (int i = 0; i < 30; ++i) {
      started_.Add(first + i);
      if (writer->Put("root", Rows({first + i})).ok()) put.push_back(first + i);
    }
    if (writer->Flush().ok()) {
      for (int number : put) safe_.Add(number);
    }
  }
  void Write(int first, int count) {
    std::vector<int> numbers;
    for (int i = 0; i < count; ++i) numbers.push_back(first + i);
    for (int number : numbers) started_.Add(number);
    if (store_->Write("root", Rows(numbers)).ok()) {
      for (int number : numbers) safe_.Add(number);
    }
  }

  std::shared_ptr<FaultFileSystem> faults_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<Store> store_;
  Report started_, safe_;
};

// Run by the tests below only.
TEST(PowerCutProcess, DISABLED_Run) {
  const char* const directory = std::getenv("DIOTIMA_TEST_DIRECTORY");
  const char* const seed = std::getenv("DIOTIMA_TEST_SEED");
  const char* const buffered = std::getenv("DIOTIMA_TEST_BUFFERED");
  ASSERT_TRUE(directory != nullptr && seed != nullptr && buffered != nullptr);
  const auto number = static_cast<unsigned>(std::stoi(seed));
  Process(directory, number).Run(std::string(buffered) == "1", number);
}

class PowerCutTest : public StoreTest, public testing::WithParamInterface<int> {
 protected:
  void RunProcess(bool buffered) {
    const pid_t child = fork();
    if (child == 0) {
      setenv("DIOTIMA_TEST_DIRECTORY", directory_.c_str(), 1);
      setenv("DIOTIMA_TEST_SEED", std::to_string(GetParam()).c_str(), 1);
      setenv("DIOTIMA_TEST_BUFFERED", buffered ? "1" : "0", 1);
      freopen("/dev/null", "w", stdout);
      execl("/proc/self/exe", "unit_tests", "--gtest_filter=PowerCutProcess.DISABLED_Run",
            "--gtest_also_run_disabled_tests", nullptr);
      _exit(127);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    // After the cut RocksDB's assertions may end it first.
    ASSERT_TRUE(status == 0 || (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)) << status;
  }
  std::set<int64_t> Reported(const std::string& name) {
    std::ifstream in(directory_ + "/" + name);
    std::set<int64_t> numbers;
    for (int64_t number = 0; in >> number;) numbers.insert(number);
    return numbers;
  }
  void ExpectSafeRows() {
    options_.clock = nullptr;
    options_.graph = RootGraph();
    const Status opened = Open();
    ASSERT_OK(opened);
    ReadOptions read;
    read.with_sample_history = true;
    read.filters = {"id >= 0"};
    const auto stored = Ids(*store_, read);
    const std::set<int64_t> found(stored.begin(), stored.end());
    EXPECT_EQ(found.size(), stored.size()) << "rows are there twice";
    const auto started = Reported("started"), safe = Reported("safe");
    EXPECT_TRUE(std::includes(found.begin(), found.end(), safe.begin(), safe.end()))
        << "rows are lost";
    EXPECT_TRUE(std::includes(started.begin(), started.end(), found.begin(), found.end()));
  }
};

TEST_P(PowerCutTest, WhatWasFlushedIsThere) {
  RunProcess(/*buffered=*/true);
  ExpectSafeRows();
}

TEST_P(PowerCutTest, WhatWasWrittenIsThere) {
  RunProcess(/*buffered=*/false);
  ExpectSafeRows();
}

INSTANTIATE_TEST_SUITE_P(Seeds, PowerCutTest, testing::Range(1, 9));

}  // namespace
}  // namespace diotima
