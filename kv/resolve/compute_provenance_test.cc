#include <diotima/compute_provenance.h>
#include <diotima/store.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "codec/base/test_status.h"

namespace diotima {
namespace {

constexpr char kGraph[] = R"(
[[features]]
key = "video/raw"
id_columns = ["id"]
fields = ["audio", "frames"]

[[features]]
key = "notes"
id_columns = ["id"]

[[features]]
key = "report"
id_columns = ["id"]
fields = ["audio", "summary/text"]
deps = [{ feature = "video/raw" }, { feature = "notes", optional = true }]
)";

class ComputeProvenanceTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "diotima-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
    StoreOptions options;
    auto graph = Graph::FromText(kGraph, GraphFormat::kToml, "test");
    ASSERT_OK(graph);
    options.graph = *graph;
    auto store = Store::Open(path_, options);
    ASSERT_OK(store);
    store_ = *std::move(store);
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(path_);
  }

  std::string path_;
  std::unique_ptr<Store> store_;
};

TEST_F(ComputeProvenanceTest, SameAsResolveUpdate) {
  RowBatch raw({"id", std::string(kProvenanceByField)}), notes = RowBatch();
  for (int64_t id : {1, 2, 3}) {
    raw.AddRow();
    raw.Set("id", Value::Int64(id));
    raw.SetMap(1, {{"audio", "a" + std::to_string(id)}, {"frames", "17"}});
  }
  notes.AddRow();
  notes.Set("id", Value::Int64(2));
  notes.SetMap(notes.AddColumn(kProvenanceByField), {{"default", "n"}});
  ASSERT_OK(store_->WriteMulti({{"video/raw", &raw}, {"notes", &notes}}));

  // The join that a caller might do: by hand, here.
  RowBatch joined;
  for (int64_t id : {1, 2, 3}) {
    joined.AddRow();
    joined.Set("id", Value::Int64(id));
    joined.SetMap(joined.AddColumn(UpstreamDataVersionColumn("video/raw")),
                  {{"audio", "a" + std::to_string(id)}, {"frames", "17"}});
    const size_t column = joined.AddColumn(UpstreamDataVersionColumn("notes"));
    if (id == 2) joined.SetMap(column, {{"default", "n"}});
  }
  const Status status = ComputeProvenance(store_->graph(), "report", store_->hasher(), &joined);
  ASSERT_OK(status);

  auto update = store_->ResolveUpdate("report");
  ASSERT_OK(update);
  size_t row = 0;
  for (; update->Valid(); update->Next(), ++row) {
    for (size_t i = 0; i < 4; ++i) {
      const std::string& name = SystemColumns()[i].name;
      EXPECT_TRUE(joined.Get(row, *joined.FindColumn(name)) == update->row().Get(name)) << name;
    }
  }
  EXPECT_EQ(row, 3U);
}

TEST_F(ComputeProvenanceTest, ErrorsNameRowAndColumn) {
  RowBatch rows;
  rows.AddRow();
  rows.Set("id", Value::Int64(1));
  const auto& graph = store_->graph();
  Status status = ComputeProvenance(graph, "report", store_->hasher(), &rows);
  EXPECT_EQ(status.code(), StatusCode::kSchemaMismatch);
  EXPECT_NE(status.message().find("metaxy_data_version_by_field__video/raw"), std::string::npos);
  rows.Set(UpstreamDataVersionColumn("video/raw"), Value::Int64(7));
  rows.Set(UpstreamDataVersionColumn("notes"), Value::Null());
  status = ComputeProvenance(graph, "report", store_->hasher(), &rows);
  EXPECT_EQ(status.code(), StatusCode::kSchemaMismatch);
  EXPECT_NE(status.message().find("row 1"), std::string::npos) << status.message();
  EXPECT_EQ(ComputeProvenance(graph, "notes", store_->hasher(), &rows).code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(ComputeProvenance(graph, "nowhere", store_->hasher(), &rows).code(),
            StatusCode::kNotFound);
}

}  // namespace
}  // namespace diotima
