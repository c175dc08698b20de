// Arrow columns whose elements are looked up in an array of values, one by one: a dictionary may be
// much larger than the chunk that comes with it.
#include <diotima/status_macros.h>

#include "codec/arrow/column.h"

namespace diotima {
namespace {

using MadeColumn = Result<std::unique_ptr<ArrowColumn>>;

template <typename Index>
class DictionaryColumn : public ArrowColumn {
 public:
  DictionaryColumn(std::string path, std::unique_ptr<ArrowColumn> values)
      : ArrowColumn(std::move(path)), values_(std::move(values)) {}

  bool nested() const override { return values_->nested(); }
  size_t CountItems(int64_t begin, int64_t count) const override {
    if (!nested()) return 0;
    size_t items = 0;
    for (int64_t i = begin; i < begin + count; ++i) {
      int64_t index = 0;
      if (validity()[i] && Find(i, &index)) items += values_->CountItems(index, 1);
    }
    return items;
  }

  Status Read(int64_t begin, int64_t count, Arena* arena, ArrowCells out) override {
    Status failed;
    const bool good = Fill(begin, count, out, [&](int64_t i, Value* value) {
      int64_t index = 0;
      if (!Find(i, &index)) return false;
      Status status = values_->Read(index, 1, arena, {value});
      if (!status.ok()) failed = std::move(status);
      return true;
    });
    return good ? failed : InvalidArray("an index is beyond its dictionary");
  }

 protected:
  BufferCount buffers() const override { return {2}; }
  bool has_dictionary() const override { return true; }
  Status BindParts(const ArrowArray& array) override {
    DIOTIMA_TRY(BindData<Index>(array, 1, &indexes_));
    return values_->Bind(array.dictionary);
  }

 private:
  bool Find(int64_t i, int64_t* index) const {
    // Beyond 63 bits: negative.
    *index = static_cast<int64_t>(int64_t{0} + LoadArrow<Index>(indexes_, i));
    return *index >= 0 && *index < values_->length();
  }

  const std::unique_ptr<ArrowColumn> values_;
  const char* indexes_ = nullptr;
};

template <typename Index>
MadeColumn MakeIndexed(std::string path, std::unique_ptr<ArrowColumn> values) {
  return {std::make_unique<DictionaryColumn<Index>>(std::move(path), std::move(values))};
}

}  // namespace

MadeColumn MakeDictionaryArrowColumn(const ArrowSchema& schema, std::string path, int depth) {
  DIOTIMA_ASSIGN(auto values, MakeArrowColumn(*schema.dictionary, path, depth + 1));
  const std::string_view format = schema.format;
  switch (format.size() == 1 ? format[0] : '\0') {
    case 'c':
      return MakeIndexed<int8_t>(std::move(path), std::move(values));
    case 'C':
      return MakeIndexed<uint8_t>(std::move(path), std::move(values));
    case 's':
      return MakeIndexed<int16_t>(std::move(path), std::move(values));
    case 'S':
      return MakeIndexed<uint16_t>(std::move(path), std::move(values));
    case 'i':
      return MakeIndexed<int32_t>(std::move(path), std::move(values));
    case 'I':
      return MakeIndexed<uint32_t>(std::move(path), std::move(values));
    case 'l':
      return MakeIndexed<int64_t>(std::move(path), std::move(values));
    case 'L':
      return MakeIndexed<uint64_t>(std::move(path), std::move(values));
    default:
      return BrokenArrowSchema(
          path, "is of a dictionary whose indexes are \"" + std::string(format) + "\"");
  }
}

}  // namespace diotima
