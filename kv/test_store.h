// What tests of the store share: a directory, a graph of two features, rows.
#pragma once

#include <diotima/store.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "codec/base/test_status.h"

namespace diotima {

// Returns a time of a result as tests write it; 0 for none.
inline int64_t Micros(const std::optional<Time>& time) { return time ? ToMicros(*time) : 0; }

class StoreTest : public testing::Test {
 protected:
  StoreTest() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "diotima-store-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    options_.clock = [this] { return FromMicros(clock_); };
    options_.tuning.block_cache_size = 1 << 20;
    UseGraph("1", "id");
  }
  ~StoreTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  void UseGraph(const std::string& code_version, const std::string& id) {
    FeatureSpec root;
    root.key = "root";
    root.id_columns = {id};
    root.fields = {{"content", code_version}, {"size", code_version}};
    FeatureSpec child;
    child.key = "child";
    child.id_columns = {id};
    child.fields = {{"content"}};
    child.deps = {{"root"}};
    options_.graph = *Graph::FromSpecs({root, child});
  }

  std::string Path() const { return directory_ + "/store"; }
  Status Open() {
    store_.reset();
    auto store = Store::Open(Path(), options_);
    if (!store.ok()) return store.status();
    store_ = *std::move(store);
    return Status::Ok();
  }

  // Rows of `root` with ids from `first` on.
  static RowBatch Rows(int first, int count, const std::string& text = "t",
                       const std::string& column = "text", const std::string& id = "id") {
    RowBatch batch;
    for (int i = first; i < first + count; ++i) {
      batch.AddRow();
      batch.Set(id, Value::Int64(i));
      batch.Set(column, Value::String(text));
      batch.SetMap(batch.AddColumn(kProvenanceByField), {{"content", "1"}, {"size", "2"}});
    }
    return batch;
  }

  // Ids of the rows that are read, and how the reading ended.
  std::vector<int64_t> Ids(Store& store, const ReadOptions& read = {}, Status* ended = nullptr) {
    auto cursor = store.Read("root", read);
    std::vector<int64_t> ids;
    if (cursor.ok()) {
      for (; cursor->Valid(); cursor->Next())
        ids.push_back(cursor->row().Get("id").unchecked_int64());
    }
    const Status status = cursor.ok() ? cursor->status() : cursor.status();
    if (ended != nullptr) {
      *ended = status;
    } else {
      EXPECT_OK(status);
    }
    return ids;
  }

  static void ExpectError(const Status& status, StatusCode code, const std::string& mentions) {
    EXPECT_EQ(status.code(), code) << status.ToString();
    EXPECT_NE(status.message().find(mentions), std::string::npos) << status.message();
  }

  std::string directory_;
  int64_t clock_ = 1000;
  StoreOptions options_;
  std::unique_ptr<Store> store_;
};

}  // namespace diotima
