// Bytes that are not what the store wrote, and what the journal says: looked at through RocksDB.
#include <rocksdb/db.h>

#include <algorithm>
#include <fstream>

#include "catalog_generated.h"
#include "codec/row/key.h"
#include "kv/catalog/flat_table.h"
#include "kv/engine/engine.h"
#include "kv/test_store.h"

namespace diotima {
namespace {

namespace fs = std::filesystem;

class DamageTest : public StoreTest {
 protected:
  std::unique_ptr<Engine> OpenEngine() {
    store_.reset();
    EngineOptions options;
    options.tuning.block_cache_size = 1 << 20;
    options.tuning.write_buffer_size = 1 << 20;
    return *Engine::Open(Path(), options);
  }
  std::vector<std::string> KeysOf(Engine* engine) {
    std::unique_ptr<rocksdb::Iterator> it(engine->db()->NewIterator({}, engine->rows()));
    std::vector<std::string> keys;
    for (it->SeekToFirst(); it->Valid(); it->Next()) keys.push_back(it->key().ToString());
    return keys;
  }
};

TEST_F(DamageTest, ANewerFormatIsRefused) {
  ASSERT_OK(Open());
  {
    auto engine = OpenEngine();
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(fb::CreateSettingsDirect(builder, 1000, "xxhash64", 0, 0));
    const rocksdb::Slice bytes(reinterpret_cast<const char*>(builder.GetBufferPointer()),
                               builder.GetSize());
    ASSERT_OK(engine->db()->Put({}, engine->catalog(), "settings", bytes));
  }
  ExpectError(Open(), StatusCode::kNotSupported, "format 1000, newer than this program's");
}

TEST_F(DamageTest, ADamagedSettingsEntryIsCorruption) {
  ASSERT_OK(Open());
  {
    auto engine = OpenEngine();
    ASSERT_OK(engine->db()->Put({}, engine->catalog(), "settings", "nonsense"));
  }
  ExpectError(Open(), StatusCode::kCorruption, "settings");
}

TEST_F(DamageTest, ADamagedRowIsReportedAndOthersAreRead) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 5)));
  {
    auto engine = OpenEngine();
    const auto keys = KeysOf(engine.get());
    ASSERT_EQ(keys.size(), 5u);
    ASSERT_OK(engine->db()->Put({}, engine->rows(), keys[2], "damaged bytes!"));
  }
  ASSERT_OK(Open());
  Status ended;
  EXPECT_EQ(Ids(*store_, {}, &ended), (std::vector<int64_t>{0, 1, 3, 4}));
  ExpectError(ended, StatusCode::kCorruption, "id=2");
  // An increment is whole or it is an error.
  auto update = store_->ResolveUpdate("child");
  if (update.ok()) {
    while (update->Valid()) update->Next();
    ExpectError(update->status(), StatusCode::kCorruption, "id=2");
  } else {
    ExpectError(update.status(), StatusCode::kCorruption, "id=2");
  }
  ASSERT_OK(store_->Write("root", Rows(2, 1)));
  EXPECT_EQ(Ids(*store_).size(), 5u) << "written again";
}

TEST_F(DamageTest, ADamagedFileIsCorruption) {
  ASSERT_OK(Open());
  std::string text(500, 'x');
  RowBatch rows = Rows(0, 2000, text);
  ASSERT_OK(store_->Write("root", rows));
  store_.reset();
  fs::path largest;
  for (const auto& entry : fs::directory_iterator(Path())) {
    if (entry.path().extension() != ".sst") continue;
    if (largest.empty() || fs::file_size(entry) > fs::file_size(largest)) largest = entry.path();
  }
  ASSERT_FALSE(largest.empty());
  std::fstream file(largest, std::ios::in | std::ios::out | std::ios::binary);
  // In the middle of the rows, past the first blocks.
  const auto size = static_cast<int>(fs::file_size(largest));
  for (int offset = size / 4; offset < size / 4 + 300; offset += 7) {
    file.seekp(offset);
    file.put('\x5a');
  }
  file.close();
  const Status opened = Open();
  if (!opened.ok()) {
    ExpectError(opened, StatusCode::kCorruption, "");
    return;
  }
  Status ended;
  const auto ids = Ids(*store_, {}, &ended);
  ExpectError(ended, StatusCode::kCorruption, "root");
  // One block of the file is lost, not the file: what lies past it is still read, in order.
  ASSERT_GT(ids.size(), 1000u) << ended.ToString();
  EXPECT_LT(ids.size(), 2000u);
  EXPECT_EQ(ids.back(), 1999);
  EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
  ReadOptions history;
  history.with_sample_history = true;
  EXPECT_EQ(Ids(*store_, history, &ended).size(), ids.size() + 1)
      << "the first sample past the damage may have lost newer rows; with history it is told";
  ExpectError(ended, StatusCode::kCorruption, "up to id=");
}

struct JournalLine {
  int64_t time = 0;
  fb::Action action = fb::Action::Write;
  uint64_t rows = 0;
  size_t samples = 0;
  std::optional<uint64_t> stored;
  bool operator==(const JournalLine&) const = default;
};

std::vector<JournalLine> ReadJournal(Engine* engine) {
  std::vector<JournalLine> lines;
  const std::unique_ptr<rocksdb::Iterator> it(engine->db()->NewIterator({}, engine->journal()));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    EXPECT_EQ(it->key().size(), 20u);
    EXPECT_EQ(ReadUint32(it->key().data()), 1u);
    EXPECT_EQ(ReadUint32(it->key().data() + 4), 1u);
    const Verified<fb::JournalEntry> entry(View(it->value()));
    EXPECT_FALSE(entry == nullptr);
    JournalLine& line = lines.emplace_back();
    line.time = static_cast<int64_t>(ReadUint64(it->key().data() + 8));
    line.action = entry->action();
    line.rows = entry->rows();
    line.samples = entry->samples() == nullptr ? 0 : entry->samples()->size();
    if (entry->stored().has_value()) line.stored = *entry->stored();
    EXPECT_EQ(entry->first() == nullptr, line.samples > 0);
    EXPECT_EQ(entry->last() == nullptr, line.samples > 0);
  }
  return lines;
}

TEST_F(DamageTest, EachCommitIsInTheJournal) {
  ASSERT_OK(Open());
  std::vector<int64_t> times;
  times.push_back(Micros(store_->Write("root", Rows(0, 3))->commit_time));
  times.push_back(Micros(store_->Write("root", Rows(10, 2000))->commit_time));
  DeleteOptions options;
  options.filters = {"id = 1"};
  times.push_back(Micros(store_->Delete("root", options)->commit_time));
  EXPECT_EQ(ReadJournal(OpenEngine().get()),
            (std::vector<JournalLine>{{times[0], fb::Action::Write, 3, 3, {}},
                                      {times[1], fb::Action::Write, 2000, 0, {}},
                                      {times[2], fb::Action::SoftDelete, 1, 1, {}}}));
}

// What was deleted is not to be found in the journal either.
TEST_F(DamageTest, AHardDeleteStandsForAllThatCameBefore) {
  ASSERT_OK(Open());
  ASSERT_OK(store_->Write("root", Rows(0, 3)));
  DeleteOptions hard;
  hard.mode = DeleteMode::kHard;
  hard.filters = {"id = 1"};
  const int64_t deleted = Micros(store_->Delete("root", hard)->commit_time);
  const int64_t written = Micros(store_->Write("root", Rows(5, 1))->commit_time);
  EXPECT_EQ(store_->Describe("root", true)->versions[0].rows, 3u);
  EXPECT_EQ(ReadJournal(OpenEngine().get()),
            (std::vector<JournalLine>{{deleted, fb::Action::HardDelete, 1, 0, 2},
                                      {written, fb::Action::Write, 1, 1, {}}}));
  ASSERT_OK(Open());
  hard.filters.clear();
  const int64_t all = Micros(store_->Delete("root", hard)->commit_time);
  EXPECT_EQ(store_->Describe("root", true)->versions[0].rows, 0u);
  EXPECT_EQ(ReadJournal(OpenEngine().get()),
            (std::vector<JournalLine>{{all, fb::Action::HardDelete, 3, 0, 0}}));
}

}  // namespace
}  // namespace diotima
