// Reads columns of Arrow arrays, and the parts of nested ones, as values.
#pragma once

#include <diotima/arrow_abi.h>
#include <diotima/value.h>

#include <memory>
#include <string>
#include <utility>

namespace diotima {

// Owns an ArrowSchema, ArrowArray or ArrowArrayStream.
template <typename T>
class ArrowOwner {
 public:
  ArrowOwner() = default;
  // Moves out of `from`.
  explicit ArrowOwner(T* from) : value_(*from) { from->release = nullptr; }
  ArrowOwner(ArrowOwner&& from) noexcept : ArrowOwner(&from.value_) {}
  ArrowOwner& operator=(ArrowOwner&& from) noexcept {
    std::swap(value_, from.value_);
    return *this;
  }
  ~ArrowOwner() { Release(); }

  void Release() {
    if (value_.release != nullptr) value_.release(&value_);
    value_.release = nullptr;
  }
  bool released() const { return value_.release == nullptr; }
  T* get() { return &value_; }
  const T* operator->() const { return &value_; }
  const T& operator*() const { return value_; }

 private:
  T value_{};
};

// The validity bitmap of an array.
class ArrowValidity {
 public:
  ArrowValidity() = default;
  explicit ArrowValidity(const ArrowArray& array)
      : bits_(array.null_count == 0 ? nullptr : static_cast<const uint8_t*>(array.buffers[0])),
        offset_(array.offset) {}

  bool all() const { return bits_ == nullptr; }
  bool operator[](int64_t i) const {
    const int64_t bit = offset_ + i;
    return bits_ == nullptr || ((bits_[bit >> 3] >> (bit & 7)) & 1) != 0;
  }

 private:
  const uint8_t* bits_ = nullptr;
  int64_t offset_ = 0;
};

// The place where the values of a column go: next to each other, or between others.
struct ArrowCells {
  Value* first = nullptr;
  size_t stride = 1;

  Value& operator[](int64_t i) const { return first[static_cast<size_t>(i) * stride]; }
  ArrowCells From(int64_t i) const { return {&(*this)[i], stride}; }
};

// How many buffers an array has: exactly, or at least, so many.
struct BufferCount {
  int64_t count = 0;
  bool at_least = false;
};

// Not thread-safe. All indexes are of logical elements: the offset of an array is added inside.
class ArrowColumn {
 public:
  // `path` names the column in messages: "a", or "a.b" for a part of it.
  explicit ArrowColumn(std::string path) : path_(std::move(path)) {}
  virtual ~ArrowColumn() = default;
  ArrowColumn(const ArrowColumn&) = delete;

  // Checks `array` and reads from it from now on. The array must outlive that.
  Status Bind(const ArrowArray* array);
  int64_t length() const { return length_; }
  const std::string& path() const { return path_; }

  // Returns whether the values have items.
  virtual bool nested() const { return false; }
  // Returns about how many values `count` elements from `begin` on bring besides their own, at
  // most.
  virtual size_t CountItems(int64_t /*begin*/, int64_t /*count*/) const { return 0; }
  // Sets out[0] to out[count - 1]; the elements are within length(). Text points into the array,
  // names of members into this column, items are in `arena`.
  virtual Status Read(int64_t begin, int64_t count, Arena* arena, ArrowCells out) = 0;

 protected:
  // Returns how many buffers an array of the type has.
  virtual BufferCount buffers() const = 0;
  // Checks the rest of an array, once the numbers of its parts were checked, and keeps its buffers.
  virtual Status BindParts(const ArrowArray& array) = 0;
  virtual int64_t children() const { return 0; }
  virtual bool has_dictionary() const { return false; }

  // kInvalidArgument: the producer broke a rule. kSchemaMismatch: a value does not fit.
  Status InvalidArray(const std::string& what) const;
  Status DoesNotFit(const std::string& what) const;

  const ArrowValidity& validity() const { return validity_; }
  // Returns a buffer of Ts, from the first logical element on.
  template <typename T>
  Status BindData(const ArrowArray& array, int64_t buffer, const char** out) const {
    *out = static_cast<const char*>(array.buffers[buffer]);
    if (*out == nullptr && length_ > 0) return InvalidArray("a buffer is missing");
    if (*out != nullptr) *out += array.offset * static_cast<int64_t>(sizeof(T));
    return Status::Ok();
  }

  // Calls set(i, &out[i - begin]) for each valid element; the others become null. Returns false if
  // one of the calls did.
  template <typename Set>
  bool Fill(int64_t begin, int64_t count, ArrowCells out, Set set) const {
    bool good = true;
    if (validity_.all()) {
      for (int64_t i = 0; i < count; ++i) good &= set(begin + i, &out[i]);
      return good;
    }
    for (int64_t i = 0; i < count; ++i) {
      if (validity_[begin + i]) {
        good &= set(begin + i, &out[i]);
      } else {
        out[i] = Value::Null();
      }
    }
    return good;
  }

  // Calls read(begin, count, cells) for each run of valid elements; the others become null.
  template <typename ReadRun>
  Status ForEachRun(int64_t begin, int64_t count, ArrowCells out, ReadRun read) const {
    if (validity_.all()) return count == 0 ? Status::Ok() : read(begin, count, out);
    for (int64_t i = 0; i < count;) {
      int64_t end = i;
      while (end < count && validity_[begin + end]) ++end;
      if (end > i) {
        if (Status status = read(begin + i, end - i, out.From(i)); !status.ok()) return status;
      }
      for (i = end; i < count && !validity_[begin + i]; ++i) out[i] = Value::Null();
    }
    return Status::Ok();
  }

 private:
  Status CheckShape(const ArrowArray& array) const;

  const std::string path_;
  int64_t length_ = 0;
  ArrowValidity validity_;
};

// Returns the number at `i` of a buffer, which need not be aligned.
template <typename T>
T LoadArrow(const char* data, int64_t i) {
  T value;
  std::memcpy(&value, data + i * static_cast<int64_t>(sizeof(T)), sizeof(T));
  return value;
}

// Makes the reader of a column from its schema, with readers of its parts, at most 64 levels of
// them. kSchemaMismatch for types that docs/arrow.md does not list.
Result<std::unique_ptr<ArrowColumn>> MakeArrowColumn(const ArrowSchema& schema, std::string path,
                                                     int depth = 0);
// Its parts. Null where the schema is of another kind of type; of schemas with a format.
std::unique_ptr<ArrowColumn> MakeFlatArrowColumn(std::string_view format, const std::string& path);
Result<std::unique_ptr<ArrowColumn>> MakeNestedArrowColumn(const ArrowSchema& schema,
                                                           std::string path, int depth);
// Of a schema with a dictionary.
Result<std::unique_ptr<ArrowColumn>> MakeDictionaryArrowColumn(const ArrowSchema& schema,
                                                               std::string path, int depth);

// Errors of a type: kInvalidArgument where the schema breaks a rule.
Status BrokenArrowSchema(std::string_view path, const std::string& what);

}  // namespace diotima
