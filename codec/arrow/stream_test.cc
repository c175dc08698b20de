// Rows as Arrow streams: read back they are the same, and nothing is released twice or never.
#include "codec/arrow/stream.h"

#include <diotima/arrow_import.h>

#include <cerrno>

#include "codec/arrow/column.h"
#include "codec/base/random_table.h"
#include "codec/base/test_status.h"

namespace diotima {
namespace {

// Rows of a table, then an error if there is one.
class TableRows : public RowSource {
 public:
  explicit TableRows(const std::vector<VectorRow>* rows, Status end = {})
      : rows_(rows), end_(std::move(end)) {}
  bool Valid() const override { return at_ < rows_->size(); }
  void Next() override { ++at_; }
  Status status() const override { return Valid() ? Status::Ok() : end_; }
  const Row& row() const override { return (*rows_)[at_]; }

 private:
  const std::vector<VectorRow>* rows_;
  const Status end_;
  size_t at_ = 0;
};

constexpr ArrowChunking kWhole{1000, size_t{1} << 30};

// A stream of the rows; it must be no error.
ArrowArrayStream Stream(const Schema& schema, const std::vector<VectorRow>& rows,
                        ArrowChunking chunking = kWhole, Status end = {}) {
  ArrowArrayStream stream;
  const Status status =
      StreamRows(std::make_unique<TableRows>(&rows, std::move(end)), schema, chunking, &stream);
  EXPECT_OK(status);
  return stream;
}

TEST(ArrowStream, RandomRowsComeBackAsTheyWere) {
  for (uint32_t seed = 0; seed < 500; ++seed) {
    const RandomTable table(seed, /*nul=*/false);
    const size_t chunk = 1 + seed % 10;
    ArrowArrayStream stream = Stream(table.schema, table.rows, {chunk, 1 << 20});
    auto reader = ReadArrow(&stream);
    ASSERT_OK(reader);
    RowBatch all;
    RowBatch batch;
    for (;;) {
      auto more = (*reader)->Read(&batch);
      ASSERT_OK(more) << "seed " << seed << ": " << more.status().ToString();
      if (!*more) break;
      EXPECT_LE(batch.rows(), chunk);
      for (size_t row = 0; row < batch.rows(); ++row) {
        all.AddRow();
        for (const auto& name : batch.columns()) {
          all.Set(name, batch.Get(row, *batch.FindColumn(name)));
        }
      }
    }
    table.ExpectSame(all, "seed " + std::to_string(seed));
  }
}

TEST(ArrowStream, Formats) {
  const std::pair<const char*, const char*> types[] = {{"bool", "b"},
                                                       {"int64", "l"},
                                                       {"uint64", "L"},
                                                       {"double", "g"},
                                                       {"string", "u"},
                                                       {"bytes", "z"},
                                                       {"date", "tdD"},
                                                       {"timestamp", "tsu:UTC"},
                                                       {"null", "n"},
                                                       {"list<null>", "+l"},
                                                       {"map<string,int64>", "+m"},
                                                       {"struct<x:bool>", "+s"}};
  std::vector<Column> columns;
  for (const auto& [type, format] : types) columns.push_back({type, *Type::Parse(type)});
  const Schema schema(columns);
  ArrowOwner<ArrowSchema> made;
  ASSERT_OK(MakeArrowSchema(schema, made.get()));
  EXPECT_STREQ(made->format, "+s");
  ASSERT_EQ(made->n_children, static_cast<int64_t>(schema.size()));
  for (size_t i = 0; i < schema.size(); ++i) {
    EXPECT_STREQ(made->children[i]->format, types[i].second);
    EXPECT_STREQ(made->children[i]->name, types[i].first);
    EXPECT_EQ(made->children[i]->flags, ARROW_FLAG_NULLABLE);
  }
  const ArrowSchema* entries = made->children[10]->children[0];
  EXPECT_STREQ(entries->format, "+s");
  EXPECT_EQ(entries->flags, 0);
  EXPECT_EQ(entries->children[0]->flags, 0) << "keys of maps are not null";
  EXPECT_EQ(entries->children[1]->flags, ARROW_FLAG_NULLABLE);
}

TEST(ArrowStream, ANameWithNulIsRefused) {
  using std::string_literals::operator""s;
  for (const Column& column : {Column{"a\0b"s, Type(Kind::kInt64)},
                               Column{"a", Type::List(Type::Struct({{"\0"s, Type()}}))}}) {
    ArrowArrayStream stream;
    const Schema schema({column});
    const std::vector<VectorRow> none;
    const Status status = StreamRows(std::make_unique<TableRows>(&none), schema, kWhole, &stream);
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_NE(status.message().find("column \"a"), std::string::npos) << status.message();
    EXPECT_EQ(stream.release, nullptr);
  }
}

class ArrowStreamOfNumbers : public testing::Test {
 protected:
  ArrowStreamOfNumbers() {
    for (int i = 0; i < 10; ++i) {
      rows_.emplace_back(&schema_, std::vector<Value>{Value::Int64(i), Value::String("text")});
    }
  }

  const Schema schema_{{{"n", Type(Kind::kInt64)}, {"s", Type(Kind::kString)}}};
  std::vector<VectorRow> rows_;
};

TEST_F(ArrowStreamOfNumbers, ChunksEndAtRowsOrBytes) {
  auto lengths = [this](ArrowChunking chunking) {
    ArrowArrayStream stream = Stream(schema_, rows_, chunking);
    std::vector<int64_t> out;
    for (;;) {
      ArrowOwner<ArrowArray> array;
      EXPECT_EQ(stream.get_next(&stream, array.get()), 0);
      if (array.released()) break;
      out.push_back(array->length);
    }
    stream.release(&stream);
    EXPECT_EQ(stream.release, nullptr);
    return out;
  };
  EXPECT_EQ(lengths({4, 1 << 20}), (std::vector<int64_t>{4, 4, 2}));
  EXPECT_EQ(lengths({5, 1 << 20}), (std::vector<int64_t>{5, 5}));
  EXPECT_EQ(lengths({100, 1}).size(), 10u);
  ArrowArrayStream stream;
  EXPECT_FALSE(StreamRows(std::make_unique<TableRows>(&rows_), schema_, {0, 1}, &stream).ok());
  EXPECT_FALSE(StreamRows(std::make_unique<TableRows>(&rows_), schema_, {1, 0}, &stream).ok());
}

TEST_F(ArrowStreamOfNumbers, ArraysAndTheirChildrenLiveByThemselves) {
  ArrowArrayStream stream = Stream(schema_, rows_);
  ArrowArray array;
  ASSERT_EQ(stream.get_next(&stream, &array), 0);
  stream.release(&stream);
  // As a consumer moves a child out.
  ArrowArray child = *array.children[1];
  array.children[1]->release = nullptr;
  array.release(&array);
  EXPECT_EQ(array.release, nullptr);
  EXPECT_EQ(std::string_view(static_cast<const char*>(child.buffers[2]), 8), "texttext");
  child.release(&child);

  ArrowSchema schema;
  ASSERT_OK(MakeArrowSchema(schema_, &schema));
  ArrowSchema part = *schema.children[0];
  schema.children[0]->release = nullptr;
  schema.release(&schema);
  EXPECT_STREQ(part.name, "n");
  part.release(&part);
}

TEST_F(ArrowStreamOfNumbers, ErrorsComeAfterTheRowsBefore) {
  const std::pair<Status, int> errors[] = {
      {Status::Corruption("row 7"), EIO},       {Status::InvalidArgument("filter"), EINVAL},
      {Status::SchemaMismatch("type"), EINVAL}, {Status::NotSupported("format"), ENOSYS},
      {Status::NotFound("gone"), ENOENT},       {Status::Busy("other"), EBUSY},
      {Status::Conflict("changed"), EAGAIN},    {Status::TimedOut("late"), ETIMEDOUT},
      {Status::Cancelled("no"), ECANCELED},     {Status::Closed("shut"), ESHUTDOWN},
      {Status::OutOfSpace("full"), ENOSPC}};
  for (const auto& [status, number] : errors) {
    ArrowArrayStream stream = Stream(schema_, rows_, kWhole, status);
    EXPECT_EQ(stream.get_last_error(&stream), nullptr);
    ArrowOwner<ArrowArray> array, none;
    EXPECT_EQ(stream.get_next(&stream, array.get()), 0);
    EXPECT_EQ(array->length, 10);
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(stream.get_next(&stream, none.get()), number);
      EXPECT_TRUE(none.released());
      EXPECT_EQ(stream.get_last_error(&stream), status.message());
    }
    ArrowOwner<ArrowSchema> schema;
    EXPECT_EQ(stream.get_schema(&stream, schema.get()), 0);
    EXPECT_EQ(stream.get_last_error(&stream), nullptr);
    stream.release(&stream);
  }
}

TEST_F(ArrowStreamOfNumbers, AValueOfAnotherTypeBecomesTheColumnsOrIsNamed) {
  const Schema schema({{"n", Type(Kind::kDouble)}, {"s", Type(Kind::kString)}});
  ArrowArrayStream stream = Stream(schema, rows_);
  ArrowOwner<ArrowArray> array;
  ASSERT_EQ(stream.get_next(&stream, array.get()), 0);
  EXPECT_EQ(static_cast<const double*>(array->children[0]->buffers[1])[9], 9.0);
  stream.release(&stream);

  const Schema wrong({{"n", Type(Kind::kDate)}, {"s", Type(Kind::kString)}});
  stream = Stream(wrong, rows_);
  ArrowOwner<ArrowArray> none;
  EXPECT_EQ(stream.get_next(&stream, none.get()), EINVAL);
  EXPECT_STREQ(stream.get_last_error(&stream), "column \"n\" is date, the value is int64");
  stream.release(&stream);
}

TEST_F(ArrowStreamOfNumbers, WithoutRowsThereIsASchema) {
  const std::vector<VectorRow> none;
  ArrowArrayStream stream = Stream(schema_, none);
  auto reader = ReadArrow(&stream);
  ASSERT_OK(reader);
  RowBatch batch;
  EXPECT_FALSE(*(*reader)->Read(&batch));
}

}  // namespace
}  // namespace diotima
