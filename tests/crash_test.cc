// A writer is killed at random moments. Afterwards every commit that was acknowledged is there,
// whole, and at most one more, whole too.
#include <diotima/store.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <random>
#include <thread>

#include "codec/base/test_status.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

constexpr int kRounds = 20;
constexpr int64_t kSmall = 10, kLarge = 35;

// Every eighth commit is larger than what goes through the log: 35 rows of a megabyte.
bool IsLarge(int64_t commit) { return commit % 8 == 5; }

StoreOptions Options() {
  FeatureSpec root;
  root.key = "root";
  root.id_columns = {"commit", "row"};
  root.fields = {{"content"}};
  StoreOptions options;
  options.graph = *Graph::FromSpecs({root});
  options.tuning.block_cache_size = 1 << 20;
  options.tuning.write_buffer_size = 1 << 18;
  return options;
}

RowBatch Rows(int64_t commit) {
  RowBatch batch;
  const std::string text(IsLarge(commit) ? 1 << 20 : 20, 'x');
  for (int64_t row = 0; row < (IsLarge(commit) ? kLarge : kSmall); ++row) {
    batch.AddRow();
    batch.Set("commit", Value::Int64(commit));
    batch.Set("row", Value::Int64(row));
    batch.Set("text", Value::String(text));
    batch.SetMap(batch.AddColumn(kProvenanceByField), {{"content", "1"}});
  }
  return batch;
}

// Commits without end, each acknowledged by its number.
[[noreturn]] void WriteUntilKilled(const std::string& path, int64_t next, int acknowledged) {
  auto store = Store::Open(path, Options());
  if (!store.ok()) _exit(2);
  for (;; ++next) {
    if (!(*store)->Write("root", Rows(next)).ok()) _exit(3);
    if (write(acknowledged, &next, sizeof(next)) != sizeof(next)) _exit(4);
  }
}

// Rows by commit.
std::map<int64_t, int64_t> ReadCommits(const std::string& path) {
  auto store = Store::Open(path, Options());
  EXPECT_OK(store);
  std::map<int64_t, int64_t> commits;
  if (!store.ok()) return commits;
  EXPECT_TRUE(!fs::exists(path + "/tmp") || fs::is_empty(path + "/tmp"));
  auto cursor = (*store)->Read("root", {.columns = {"commit"}});
  if (cursor.status().code() == StatusCode::kNotFound) return commits;
  EXPECT_OK(cursor);
  for (; cursor->Valid(); cursor->Next()) ++commits[cursor->row().Get(size_t{0}).unchecked_int64()];
  EXPECT_OK(cursor->status());
  return commits;
}

TEST(CrashTest, AcknowledgedCommitsAreWhole) {
  std::string directory = (fs::temp_directory_path() / "diotima-crash-XXXXXX").string();
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const std::string path = directory + "/store";
  std::random_device device;
  const unsigned seed = device();
  std::mt19937 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  int64_t next = 0;
  for (int round = 0; round < kRounds && !testing::Test::HasFailure(); ++round) {
    int pipes[2];
    ASSERT_EQ(pipe(pipes), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      close(pipes[0]);
      WriteUntilKilled(path, next, pipes[1]);
    }
    close(pipes[1]);
    std::this_thread::sleep_for(std::chrono::milliseconds(30 + random() % 400));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "the writer failed: " << status;
    int64_t last = next - 1;
    for (int64_t number; read(pipes[0], &number, sizeof(number)) == sizeof(number);) last = number;
    close(pipes[0]);

    const auto commits = ReadCommits(path);
    for (const auto& [commit, rows] : commits) {
      EXPECT_EQ(rows, IsLarge(commit) ? kLarge : kSmall) << "commit " << commit;
      EXPECT_LE(commit, last + 1);
    }
    for (int64_t commit = 0; commit <= last; ++commit) {
      EXPECT_TRUE(commits.contains(commit)) << "acknowledged commit " << commit << " is lost";
    }
    next = commits.empty() ? 0 : commits.rbegin()->first + 1;
  }
  std::cout << next << " commits in " << kRounds << " rounds\n";
  EXPECT_GT(next, 20);
  fs::remove_all(directory);
}

}  // namespace
}  // namespace diotima
