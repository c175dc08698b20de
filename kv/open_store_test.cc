// Who may open a store: locks, forked children, permissions.
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "kv/test_store.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

using OpenStoreTest = StoreTest;

TEST_F(OpenStoreTest, OneProcessCannotOpenAStoreTwiceForWriting) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 1)));
  fs::create_directory_symlink(Path(), directory_ + "/link");
  for (const std::string& path : {Path(), directory_ + "/./store", directory_ + "/link"}) {
    ExpectError(Store::Open(path, options_).status(), StatusCode::kBusy, "by this process");
  }
  ASSERT_OK(Open());
  EXPECT_EQ(Ids(*store_), std::vector<int64_t>{0});
}

TEST_F(OpenStoreTest, ADirectoryThatMayNotBeSearchedIsAnError) {
  if (geteuid() == 0 && seteuid(65534) != 0) GTEST_SKIP() << "root may search everything";
  std::string directory = fs::temp_directory_path() / "diotima-closed-XXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  ASSERT_EQ(mkdir((directory + "/store").c_str(), 0700), 0);
  for (const bool store_itself : {true, false}) {
    const std::string path = store_itself ? directory + "/store" : directory;
    ASSERT_EQ(chmod(path.c_str(), 0), 0);
    for (const bool read_only : {false, true}) {
      StoreOptions options = options_;
      options.read_only = read_only;
      ExpectError(Store::Open(directory + "/store", options).status(), StatusCode::kIoError,
                  "Permission denied");
    }
    ASSERT_EQ(chmod(path.c_str(), 0700), 0);
  }
  fs::remove_all(directory);
  ASSERT_EQ(seteuid(getuid()), 0);
}

TEST_F(OpenStoreTest, AnUnusedStoreIsDiscarded) {
  for (const bool had_directory : {false, true}) {
    if (had_directory) fs::create_directory(Path());
    ASSERT_OK(Open());
    store_->DiscardIfUnused();
    store_.reset();
    EXPECT_EQ(fs::exists(Path()), had_directory);
  }
  EXPECT_TRUE(fs::is_empty(Path()));
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 1)));
  store_->DiscardIfUnused();
  ASSERT_OK(Open());
  store_->DiscardIfUnused();  // this Open did not create it
  ASSERT_OK(Open());
  EXPECT_EQ(Ids(*store_), std::vector<int64_t>{0});
}

TEST_F(OpenStoreTest, AChildOfForkCannotUseTheStore) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 10)));
  auto commit = store_->BeginCommit();
  ASSERT_OK(commit);
  std::optional<Result<Cursor>> reading = store_->Read("root");
  Cursor* const cursor = &**reading;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ReadOptions read;
    const bool closed = store_->Write("root", Rows(10, 1)).status().code() == StatusCode::kClosed &&
                        store_->Read("root", read).status().code() == StatusCode::kClosed &&
                        store_->Push().status().code() == StatusCode::kClosed &&
                        store_->Stats().status().code() == StatusCode::kClosed &&
                        commit->Append("root", Rows(11, 1)).code() == StatusCode::kClosed &&
                        (cursor->Next(), cursor->status().code() == StatusCode::kClosed);
    store_.reset();
    _exit(closed ? 0 : 1);
  }
  int ended = -1;
  ASSERT_EQ(waitpid(child, &ended, 0), child);
  EXPECT_EQ(ended, 0);
  ASSERT_OK(store_->Write("root", Rows(10, 1)));
  commit = Status::Closed("");
  reading.reset();
  ASSERT_OK(Open());
  EXPECT_EQ(Ids(*store_).size(), 11u);
}

}  // namespace
}  // namespace diotima
