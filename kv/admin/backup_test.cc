#include <diotima/text.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>

#include "kv/test_store.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

// Every stored row of the features, as text.
std::vector<std::string> AllRows(Store& store) {
  std::vector<std::string> rows;
  ReadOptions read;
  read.with_feature_history = read.with_sample_history = read.include_soft_deleted = true;
  const auto features = store.WrittenFeatures();
  EXPECT_OK(features);
  for (const auto& feature : *features) {
    auto cursor = store.Read(feature, read);
    EXPECT_OK(cursor);
    for (; cursor->Valid(); cursor->Next()) {
      std::string text = feature + " ";
      AppendJsonRow(cursor->row(), &text);
      rows.push_back(std::move(text));
    }
    EXPECT_OK(cursor->status());
  }
  return rows;
}

class BackupTest : public StoreTest {
 protected:
  BackupTest() {
    options_.bulk_commit_threshold = 100'000;  // some commits are tables, some are in the log
    options_.clock = nullptr;
  }

  std::string Backups() const { return directory_ + "/backups"; }
  std::string Restored() const { return directory_ + "/restored"; }

  void Fill() {
    ASSERT_OK(Open());
    ASSERT_OK(store_->Push());
    ASSERT_OK(store_->Write("root", Rows(0, 5000, std::string(100, 'x'))));
    ASSERT_OK(store_->Write("root", Rows(0, 3, "in the log")));
    DeleteOptions remove;
    remove.filters = {"id = 7"};
    ASSERT_OK(store_->Delete("root", remove));
  }

  std::unique_ptr<Store> OpenAt(const std::string& path, bool read_only = false) {
    StoreOptions options = options_;
    options.create_if_missing = false;
    options.read_only = read_only;
    auto store = Store::Open(path, options);
    EXPECT_OK(store);
    return store.ok() ? *std::move(store) : nullptr;
  }

  std::vector<std::string> RestoredRows(std::optional<uint32_t> backup = std::nullopt) {
    fs::remove_all(Restored());
    RestoreOptions restore;
    restore.backup = backup;
    const auto restored = Store::Restore(Backups(), Restored(), restore);
    EXPECT_OK(restored);
    const auto store = restored.ok() ? OpenAt(Restored()) : nullptr;
    return store ? AllRows(*store) : std::vector<std::string>();
  }

  // Nothing but these beside the store.
  std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory_)) {
      names.insert(entry.path().filename());
    }
    return names;
  }
};

TEST_F(BackupTest, RestoresWhatWasThere) {
  Fill();
  const auto rows = AllRows(*store_);
  const auto backup = store_->Backup(Backups());
  ASSERT_OK(backup);
  EXPECT_EQ(backup->backup.id, 1u);
  EXPECT_GT(backup->copied_bytes, 0u);
  EXPECT_GE(backup->backup.bytes, backup->copied_bytes / 2);
  ASSERT_OK(store_->Write("root", Rows(9000, 10)));
  EXPECT_EQ(RestoredRows(), rows);

  const auto restored = OpenAt(Restored());
  EXPECT_EQ(restored->hasher(), store_->hasher());
  EXPECT_EQ(restored->Snapshots()->size(), 1u);
  EXPECT_EQ(restored->Describe("root", true)->versions[0].rows, rows.size());
  // It goes on as a store of its own, and may be backed up to the same place.
  ASSERT_OK(restored->Write("root", Rows(7777, 1)));
  const auto again = restored->Backup(Backups());
  ASSERT_OK(again);
  EXPECT_EQ(again->backup.id, 2u);
}

TEST_F(BackupTest, ReadOnlyBesideAWriter) {
  Fill();
  StoreOptions options = options_;
  options.read_only = true;
  const auto reader = *Store::Open(Path(), options);
  // The backup is of what is there when it is made, not when the reader opened the store.
  ASSERT_OK(store_->Write("root", Rows(8000, 5)));
  ASSERT_OK(store_->Write("root", Rows(10000, 5000, std::string(100, 'y'))));
  const auto rows = AllRows(*store_);
  const auto backup = reader->Backup(Backups());
  ASSERT_OK(backup);
  ASSERT_OK(reader->Checkpoint(directory_ + "/checkpoint"));
  EXPECT_EQ(RestoredRows(), rows);
  EXPECT_EQ(AllRows(*OpenAt(directory_ + "/checkpoint")), rows);
  for (const auto& entry : fs::directory_iterator(Path())) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("links-"));
  }
}

TEST_F(BackupTest, SecondOneAddsWhatIsNew) {
  Fill();
  const auto first = store_->Backup(Backups());
  const auto second = store_->Backup(Backups());
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_LT(second->copied_bytes, 30'000u);  // manifest, options, meta
  EXPECT_LT(second->copied_bytes, first->copied_bytes);
  const auto before = AllRows(*store_);
  ASSERT_OK(store_->Write("root", Rows(20000, 10)));
  ASSERT_OK(store_->Backup(Backups()));
  const auto list = Store::Backups(Backups());
  ASSERT_EQ(list->size(), 3u);
  EXPECT_EQ(list->at(0).bytes, first->backup.bytes);
  EXPECT_GT(list->at(0).time, diotima::FromMicros(1'600'000'000'000'000));
  EXPECT_EQ(RestoredRows(2), before);
  EXPECT_EQ(RestoredRows(), AllRows(*store_));
}

TEST_F(BackupTest, KeepsAsManyAsAsked) {
  Fill();
  BackupOptions options;
  options.keep = 2;
  for (uint32_t i = 1; i <= 4; ++i) {
    ASSERT_OK(store_->Write("root", Rows(static_cast<int>(i) * 10000, 10)));
    const auto backup = store_->Backup(Backups(), options);
    ASSERT_OK(backup);
    EXPECT_EQ(backup->backup.id, i);
    EXPECT_EQ(backup->removed, i > 2 ? 1u : 0u);
  }
  const auto list = Store::Backups(Backups());
  ASSERT_EQ(list->size(), 2u);
  EXPECT_EQ(list->front().id, 3u);
  EXPECT_EQ(RestoredRows(), AllRows(*store_));
  options.keep = 0;
  ExpectError(store_->Backup(Backups(), options).status(), StatusCode::kInvalidArgument, "1");
}

TEST_F(BackupTest, UnderLoad) {
  constexpr int kWriters = 3, kRowsOfCommit = 7;
  Fill();
  std::atomic<bool> stop = false;
  std::mutex mutex;
  std::map<int64_t, int> committed;  // first id by commit time
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; !stop; ++i) {
        const bool large = i % 10 == 9;
        const int first = 1'000'000 + (i * kWriters + w) * kRowsOfCommit;
        const auto written = store_->Write(
            "root", Rows(first, kRowsOfCommit, std::string(large ? 20'000 : 50, 'w')));
        ASSERT_OK(written);
        const std::lock_guard lock(mutex);
        committed[Micros(written->commit_time)] = first;
      }
    });
  }
  StoreOptions options = options_;
  options.read_only = true;
  const auto reader = *Store::Open(Path(), options);
  std::vector<int64_t> last_before;  // by backup
  for (int backup = 0; backup < 6; ++backup) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    {
      const std::lock_guard lock(mutex);
      last_before.push_back(committed.empty() ? 0 : committed.rbegin()->first);
    }
    Store& store = backup % 2 == 0 ? *store_ : *reader;
    auto made = store.Backup(Backups());
    // Beside a process whose files change all the time one tries again.
    while (made.status().code() == StatusCode::kBusy) made = store.Backup(Backups());
    EXPECT_OK(made);
  }
  stop = true;
  for (auto& writer : writers) writer.join();
  for (uint32_t id = 1; id <= last_before.size(); ++id) {
    const auto rows = RestoredRows(id);
    const auto store = OpenAt(Restored());
    std::set<int64_t> found;
    for (const int64_t row : Ids(*store)) {
      if (row >= 1'000'000) found.insert(row);
    }
    // Commits are there from the first to some last one, each of them whole.
    size_t expected = 0;
    bool ended = false;
    for (const auto& [time, first] : committed) {
      const bool there = found.contains(first);
      EXPECT_TRUE(there || time > last_before[id - 1])
          << "a commit before backup " << id << " lacks";
      EXPECT_FALSE(there && ended) << "a commit lacks before one that is there";
      ended = ended || !there;
      expected += there ? kRowsOfCommit : 0;
    }
    EXPECT_EQ(found.size(), expected);
  }
  EXPECT_GT(committed.size(), 20u);
}

TEST_F(BackupTest, DamageIsFoundAndNamed) {
  Fill();
  ASSERT_OK(store_->Backup(Backups()));
  fs::path table;
  for (const auto& entry : fs::directory_iterator(Backups() + "/shared_checksum")) {
    if (table.empty() || entry.file_size() > fs::file_size(table)) table = entry.path();
  }
  std::fstream file(table, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(5000);
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(5000);
  file.put(byte);
  file.close();
  ExpectError(Store::Restore(Backups(), Restored()).status(), StatusCode::kCorruption,
              table.filename());
  EXPECT_EQ(Names(), (std::set<std::string>{"backups", "store"}));

  fs::resize_file(table, 5000);
  ExpectError(Store::Restore(Backups(), Restored()).status(), StatusCode::kCorruption,
              table.filename());
  fs::remove(table);
  ExpectError(Store::Restore(Backups(), Restored()).status(), StatusCode::kCorruption,
              table.filename());
  EXPECT_NE(Store::Backups(Backups())->at(0).damage, "");
  EXPECT_EQ(Names(), (std::set<std::string>{"backups", "store"}));
}

TEST_F(BackupTest, EndedEarlyItLeavesWhatWasThere) {
  Fill();
  for (int i = 0; i < 40; ++i) {
    ASSERT_OK(store_->Write("root", Rows(i * 5000, 5000, std::string(400, 'a' + i % 26))));
  }
  int calls = 0;
  BackupOptions stopped;
  stopped.progress = [&](uint64_t done, uint64_t total) {
    EXPECT_LE(done, total);
    return ++calls < 2 ? Status::Ok() : Status::IoError("enough");
  };
  // So fast a disk that nothing was asked: the backup is complete.
  const auto first = store_->Backup(Backups(), stopped);
  if (!first.ok()) {
    EXPECT_EQ(first.status().message(), "enough");
    EXPECT_EQ(Names(), (std::set<std::string>{"store"}));
  }
  ASSERT_OK(store_->Backup(Backups()));
  RestoreOptions restore;
  restore.progress = stopped.progress;
  calls = 1;
  const auto restored = Store::Restore(Backups(), Restored(), restore);
  if (!restored.ok()) {
    EXPECT_EQ(restored.status().message(), "enough");
    EXPECT_EQ(Names(), (std::set<std::string>{"backups", "store"}));
  }
  EXPECT_EQ(RestoredRows(), AllRows(*store_));
}

// As a process that is killed at the beginning of its first backup leaves the directory.
TEST_F(BackupTest, ADirectoryThatWasHardlyBegunIsTakenUp) {
  Fill();
  for (const char* part : {"LOCK", "shared_checksum", "private"}) {
    SCOPED_TRACE(part);
    fs::remove_all(Backups());
    fs::create_directory(Backups());
    std::ofstream(Backups() + "/LOCK").flush();
    if (part != std::string("LOCK")) fs::create_directory(Backups() + "/" + part);
    const auto backup = store_->Backup(Backups());
    ASSERT_OK(backup);
    EXPECT_EQ(RestoredRows(), AllRows(*store_));
    fs::remove_all(Restored());
  }
}

TEST_F(BackupTest, RefusesWhatWouldMixThings) {
  Fill();
  ExpectError(store_->Backup(Path()).status(), StatusCode::kInvalidArgument, "other things");
  ExpectError(Store::Backups(Path()).status(), StatusCode::kNotFound, "no backups");
  ExpectError(Store::Restore(directory_ + "/none", Restored()).status(), StatusCode::kNotFound,
              "none");
  ExpectError(Store::Restore(directory_ + "/none", directory_ + "/not/made").status(),
              StatusCode::kNotFound, "none");
  EXPECT_FALSE(fs::exists(directory_ + "/not"));
  ASSERT_OK(store_->Backup(Backups()));
  ExpectError(Store::Restore(Backups(), Path()).status(), StatusCode::kInvalidArgument, "there");
  RestoreOptions restore;
  restore.backup = 9;
  ExpectError(Store::Restore(Backups(), Restored(), restore).status(), StatusCode::kNotFound, "9");
  const auto other = *Store::Open(directory_ + "/other", options_);
  ExpectError(other->Backup(Backups()).status(), StatusCode::kInvalidArgument, "another store");
  fs::create_directory(Restored());
  EXPECT_OK(Store::Restore(Backups(), Restored()));
}

TEST_F(BackupTest, CheckpointIsAStoreOfItsOwn) {
  Fill();
  const auto rows = AllRows(*store_);
  const std::string path = directory_ + "/new/checkpoint";
  ASSERT_OK(store_->Checkpoint(path));
  ExpectError(store_->Checkpoint(path), StatusCode::kInvalidArgument, "there");
  ASSERT_OK(store_->Write("root", Rows(0, 3000, std::string(100, 'z'))));
  const auto changed = AllRows(*store_);
  {
    const auto checkpoint = OpenAt(path);
    EXPECT_EQ(AllRows(*checkpoint), rows);
    ASSERT_OK(checkpoint->Write("root", Rows(50000, 3000, std::string(100, 'q'))));
  }
  EXPECT_EQ(AllRows(*store_), changed);
  ASSERT_OK(Open());
  EXPECT_EQ(AllRows(*store_), changed);
  EXPECT_EQ(AllRows(*OpenAt(path)).size(), rows.size() + 3000);
}

TEST_F(BackupTest, AbandonedLinksVanish) {
  Fill();
  fs::create_directory(Path() + "/links-abc");
  ASSERT_OK(Open());
  EXPECT_FALSE(fs::exists(Path() + "/links-abc"));
}

// Whatever the umask of the program.
TEST_F(BackupTest, FilesAreForTheirOwner) {
  const mode_t before = umask(0);
  Fill();
  ASSERT_OK(store_->Backup(Backups()));
  ASSERT_OK(store_->Checkpoint(directory_ + "/checkpoint"));
  ASSERT_OK(OpenAt(Path(), /*read_only=*/true)->Checkpoint(directory_ + "/beside"));
  EXPECT_FALSE(RestoredRows().empty());
  EXPECT_FALSE(AllRows(*OpenAt(directory_ + "/beside")).empty());
  umask(before);
  size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(directory_)) {
    const auto mode = entry.symlink_status().permissions();
    EXPECT_EQ(mode, entry.is_directory() ? fs::perms::owner_all
                                         : fs::perms::owner_read | fs::perms::owner_write)
        << entry.path();
    ++files;
  }
  EXPECT_GT(files, 40u);
}

}  // namespace
}  // namespace diotima
