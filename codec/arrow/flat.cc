// Arrow columns whose elements are single values.
#include <diotima/status_macros.h>

#include <bit>
#include <charconv>
#include <limits>

#include "codec/arrow/column.h"

namespace diotima {
namespace {

constexpr int64_t kMillisPerDay = 86'400'000;

class NullColumn : public ArrowColumn {
 public:
  using ArrowColumn::ArrowColumn;
  Status Read(int64_t, int64_t count, Arena*, ArrowCells out) override {
    for (int64_t i = 0; i < count; ++i) out[i] = Value::Null();
    return Status::Ok();
  }

 protected:
  BufferCount buffers() const override { return {0}; }
  Status BindParts(const ArrowArray&) override { return Status::Ok(); }
};

class BoolColumn : public ArrowColumn {
 public:
  using ArrowColumn::ArrowColumn;
  Status Read(int64_t begin, int64_t count, Arena*, ArrowCells out) override {
    Fill(begin, count, out, [this](int64_t i, Value* value) {
      const int64_t bit = offset_ + i;
      *value = Value::Bool(((bits_[bit >> 3] >> (bit & 7)) & 1) != 0);
      return true;
    });
    return Status::Ok();
  }

 protected:
  BufferCount buffers() const override { return {2}; }
  Status BindParts(const ArrowArray& array) override {
    offset_ = array.offset;
    bits_ = static_cast<const uint8_t*>(array.buffers[1]);
    return bits_ == nullptr && length() > 0 ? InvalidArray("a buffer is missing") : Status::Ok();
  }

 private:
  const uint8_t* bits_ = nullptr;
  int64_t offset_ = 0;
};

// How numbers become values. False: the value does not fit.
struct ToInt64 {
  static constexpr const char* kWrong = "";
  bool operator()(int64_t v, Value* out) const { return *out = Value::Int64(v), true; }
};
struct ToUint64 {
  static constexpr const char* kWrong = "";
  bool operator()(uint64_t v, Value* out) const { return *out = Value::Uint64(v), true; }
};
struct ToDouble {
  static constexpr const char* kWrong = "";
  bool operator()(double v, Value* out) const { return *out = Value::Double(v), true; }
};
struct HalfToDouble {
  static constexpr const char* kWrong = "";
  bool operator()(uint16_t half, Value* out) const {
    const int exponent = (half >> 10) & 31;
    const int fraction = half & 1023;
    double v = fraction * 0x1p-24;
    if (exponent == 31) {
      v = fraction == 0 ? std::numeric_limits<double>::infinity()
                        : std::numeric_limits<double>::quiet_NaN();
    } else if (exponent != 0) {
      v = std::bit_cast<double>((uint64_t(exponent) + 1023 - 15) << 52 | uint64_t(fraction) << 42);
    }
    *out = Value::Double((half & 0x8000) != 0 ? -v : v);
    return true;
  }
};
struct DaysToDate {
  static constexpr const char* kWrong = "";
  bool operator()(int32_t days, Value* out) const { return *out = Value::Date(days), true; }
};
struct MillisToDate {
  static constexpr const char* kWrong =
      "the date64 is not midnight, or beyond 32 bits of days: cast the column to timestamp";
  bool operator()(int64_t millis, Value* out) const {
    const int64_t days = millis / kMillisPerDay;
    if (millis % kMillisPerDay != 0 || days != static_cast<int32_t>(days)) return false;
    return *out = Value::Date(static_cast<int32_t>(days)), true;
  }
};
template <int64_t kMicros>
struct UnitToTimestamp {
  static constexpr const char* kWrong = "the time is beyond 64 bits of microseconds";
  bool operator()(int64_t v, Value* out) const {
    int64_t micros = 0;
    if (__builtin_mul_overflow(v, kMicros, &micros)) return false;
    return *out = Value::Timestamp(micros), true;
  }
};
struct NanosToTimestamp {
  static constexpr const char* kWrong =
      "the time says more than microseconds hold: round or cast the column to microseconds";
  bool operator()(int64_t v, Value* out) const {
    return *out = Value::Timestamp(v / 1000), v % 1000 == 0;
  }
};

template <typename T, typename Convert>
class NumberColumn : public ArrowColumn {
 public:
  using ArrowColumn::ArrowColumn;
  Status Read(int64_t begin, int64_t count, Arena*, ArrowCells out) override {
    const bool good =
        Fill(begin, count, out, [data = data_, convert = Convert()](int64_t i, Value* value) {
          return convert(LoadArrow<T>(data, i), value);
        });
    return good ? Status::Ok() : DoesNotFit(Convert::kWrong);
  }

 protected:
  BufferCount buffers() const override { return {2}; }
  Status BindParts(const ArrowArray& array) override { return BindData<T>(array, 1, &data_); }

 private:
  const char* data_ = nullptr;
};

Value MakeText(Kind kind, std::string_view text) {
  return kind == Kind::kString ? Value::String(text) : Value::Bytes(text);
}

// Text or bytes between offsets.
template <typename Offset, Kind kKind>
class TextColumn : public ArrowColumn {
 public:
  using ArrowColumn::ArrowColumn;
  Status Read(int64_t begin, int64_t count, Arena*, ArrowCells out) override {
    const bool good = Fill(begin, count, out, [this](int64_t i, Value* value) {
      const int64_t from = LoadArrow<Offset>(offsets_, i);
      const int64_t to = LoadArrow<Offset>(offsets_, i + 1);
      if (from < 0 || to < from || to > end_ || to - from > UINT32_MAX) return false;
      *value = MakeText(kKind, {from == to ? "" : text_ + from, static_cast<size_t>(to - from)});
      return true;
    });
    return good ? Status::Ok()
                : InvalidArray(
                      "its offsets are not ascending, point nowhere, or hold more than 4 GiB");
  }

 protected:
  BufferCount buffers() const override { return {3}; }
  Status BindParts(const ArrowArray& array) override {
    DIOTIMA_TRY(BindData<Offset>(array, 1, &offsets_));
    text_ = static_cast<const char*>(array.buffers[2]);
    // The last offset says how much text there is. Without any, all texts are empty.
    end_ = text_ == nullptr || length() == 0 ? 0 : LoadArrow<Offset>(offsets_, length());
    return Status::Ok();
  }

 private:
  const char* offsets_ = nullptr;
  const char* text_ = nullptr;
  int64_t end_ = 0;
};

// Text or bytes of up to 12 bytes in place, of more in one of several buffers.
template <Kind kKind>
class ViewColumn : public ArrowColumn {
 public:
  using ArrowColumn::ArrowColumn;
  Status Read(int64_t begin, int64_t count, Arena*, ArrowCells out) override {
    const bool good = Fill(begin, count, out, [this](int64_t i, Value* value) {
      std::string_view text;
      if (!Find(views_ + i * int64_t{sizeof(View)}, &text)) return false;
      *value = MakeText(kKind, text);
      return true;
    });
    return good ? Status::Ok() : InvalidArray("a view points outside of its buffers");
  }

 protected:
  // Validity, views, any number of buffers of text, their sizes.
  BufferCount buffers() const override { return {3, /*at_least=*/true}; }
  Status BindParts(const ArrowArray& array) override {
    texts_ = array.buffers + 2;
    text_count_ = array.n_buffers - 3;
    sizes_ = static_cast<const char*>(array.buffers[array.n_buffers - 1]);
    if (sizes_ == nullptr && text_count_ > 0)
      return InvalidArray("the sizes of its buffers are missing");
    return BindData<View>(array, 1, &views_);
  }

 private:
  static constexpr int32_t kInPlace = 12;
  struct View {
    int32_t size;
    char prefix[4];
    int32_t buffer;
    int32_t offset;
  };
  static_assert(sizeof(View) == 16);

  bool Find(const char* at, std::string_view* out) const {
    const auto view = LoadArrow<View>(at, 0);
    if (view.size < 0) return false;
    if (view.size <= kInPlace) {
      *out = {at + sizeof(view.size), static_cast<size_t>(view.size)};
      return true;
    }
    if (view.buffer < 0 || view.buffer >= text_count_ || view.offset < 0) return false;
    const auto* text = static_cast<const char*>(texts_[view.buffer]);
    const auto size = LoadArrow<int64_t>(sizes_, view.buffer);
    if (text == nullptr || int64_t{view.offset} + view.size > size) return false;
    *out = {text + view.offset, static_cast<size_t>(view.size)};
    return true;
  }

  const char* views_ = nullptr;
  const void* const* texts_ = nullptr;
  const char* sizes_ = nullptr;
  int64_t text_count_ = 0;
};

// Bytes of one size.
class FixedBytesColumn : public ArrowColumn {
 public:
  FixedBytesColumn(std::string path, int32_t width) : ArrowColumn(std::move(path)), width_(width) {}
  Status Read(int64_t begin, int64_t count, Arena*, ArrowCells out) override {
    Fill(begin, count, out, [this](int64_t i, Value* value) {
      *value = Value::Bytes({bytes_ + (offset_ + i) * width_, static_cast<size_t>(width_)});
      return true;
    });
    return Status::Ok();
  }

 protected:
  BufferCount buffers() const override { return {2}; }
  Status BindParts(const ArrowArray& array) override {
    offset_ = array.offset;
    bytes_ = static_cast<const char*>(array.buffers[1]);
    if (bytes_ != nullptr) return Status::Ok();
    bytes_ = "";
    return length() > 0 && width_ > 0 ? InvalidArray("a buffer is missing") : Status::Ok();
  }

 private:
  const int64_t width_;
  int64_t offset_ = 0;
  const char* bytes_ = nullptr;
};

template <typename Column, typename... Arguments>
std::unique_ptr<ArrowColumn> Make(const std::string& path, Arguments... arguments) {
  return std::make_unique<Column>(path, arguments...);
}

std::unique_ptr<ArrowColumn> MakeTimestamp(char unit, const std::string& path) {
  switch (unit) {
    case 's':
      return Make<NumberColumn<int64_t, UnitToTimestamp<1'000'000>>>(path);
    case 'm':
      return Make<NumberColumn<int64_t, UnitToTimestamp<1'000>>>(path);
    case 'u':
      return Make<NumberColumn<int64_t, UnitToTimestamp<1>>>(path);
    case 'n':
      return Make<NumberColumn<int64_t, NanosToTimestamp>>(path);
    default:
      return nullptr;
  }
}

std::unique_ptr<ArrowColumn> MakeOfOneLetter(char letter, const std::string& path) {
  switch (letter) {
    case 'n':
      return Make<NullColumn>(path);
    case 'b':
      return Make<BoolColumn>(path);
    case 'c':
      return Make<NumberColumn<int8_t, ToInt64>>(path);
    case 'C':
      return Make<NumberColumn<uint8_t, ToInt64>>(path);
    case 's':
      return Make<NumberColumn<int16_t, ToInt64>>(path);
    case 'S':
      return Make<NumberColumn<uint16_t, ToInt64>>(path);
    case 'i':
      return Make<NumberColumn<int32_t, ToInt64>>(path);
    case 'I':
      return Make<NumberColumn<uint32_t, ToInt64>>(path);
    case 'l':
      return Make<NumberColumn<int64_t, ToInt64>>(path);
    case 'L':
      return Make<NumberColumn<uint64_t, ToUint64>>(path);
    case 'e':
      return Make<NumberColumn<uint16_t, HalfToDouble>>(path);
    case 'f':
      return Make<NumberColumn<float, ToDouble>>(path);
    case 'g':
      return Make<NumberColumn<double, ToDouble>>(path);
    case 'u':
      return Make<TextColumn<int32_t, Kind::kString>>(path);
    case 'U':
      return Make<TextColumn<int64_t, Kind::kString>>(path);
    case 'z':
      return Make<TextColumn<int32_t, Kind::kBytes>>(path);
    case 'Z':
      return Make<TextColumn<int64_t, Kind::kBytes>>(path);
    default:
      return nullptr;
  }
}

}  // namespace

std::unique_ptr<ArrowColumn> MakeFlatArrowColumn(std::string_view format, const std::string& path) {
  if (format.size() == 1) return MakeOfOneLetter(format[0], path);
  if (format == "vu") return Make<ViewColumn<Kind::kString>>(path);
  if (format == "vz") return Make<ViewColumn<Kind::kBytes>>(path);
  if (format == "tdD") return Make<NumberColumn<int32_t, DaysToDate>>(path);
  if (format == "tdm") return Make<NumberColumn<int64_t, MillisToDate>>(path);
  // What follows the colon names a zone, in which the time is to be shown.
  if (format.starts_with("ts") && format.size() >= 4 && format[3] == ':') {
    return MakeTimestamp(format[2], path);
  }
  if (format.starts_with("w:")) {
    int32_t width = 0;
    const char* end = format.data() + format.size();
    const auto parsed = std::from_chars(format.data() + 2, end, width);
    if (parsed.ec == std::errc() && parsed.ptr == end && width >= 0) {
      return Make<FixedBytesColumn>(path, width);
    }
  }
  return nullptr;
}

}  // namespace diotima
