// Holds the memory of Arrow arrays.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace diotima {

// Bytes that grow at the end.
class ArrowBuffer {
 public:
  ArrowBuffer() = default;
  ArrowBuffer(ArrowBuffer&& from) noexcept { *this = std::move(from); }
  ArrowBuffer& operator=(ArrowBuffer&& from) noexcept {
    std::swap(data_, from.data_);
    std::swap(size_, from.size_);
    std::swap(capacity_, from.capacity_);
    return *this;
  }
  ~ArrowBuffer() { std::free(data_); }

  template <typename T>
  void Append(T value) {
    Append(&value, sizeof(value));
  }
  void Append(const void* bytes, size_t size) {
    if (size > capacity_ - size_) Grow(size);
    if (size > 0) std::memcpy(data_ + size_, bytes, size);
    size_ += size;
  }
  void AppendZeros(size_t size) {
    if (size > capacity_ - size_) Grow(size);
    if (size > 0) std::memset(data_ + size_, 0, size);
    size_ += size;
  }

  char* data() { return data_; }
  size_t size() const { return size_; }

 private:
  void Grow(size_t more) {
    size_t capacity = capacity_ < 1024 ? 1024 : 2 * capacity_;
    if (capacity < size_ + more) capacity = size_ + more;
    auto* data = static_cast<char*>(std::realloc(data_, capacity));
    if (data == nullptr) throw std::bad_alloc();
    data_ = data;
    capacity_ = capacity;
  }

  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

// Bits, the lowest of each byte first.
class ArrowBits {
 public:
  void Append(bool bit) {
    if (size_ % 8 == 0) bytes_.Append(uint8_t{0});
    if (bit) bytes_.data()[size_ / 8] |= static_cast<char>(1 << (size_ % 8));
    ++size_;
  }
  // `count` bits that are all set; this is empty.
  void AppendOnes(int64_t count) {
    for (int64_t i = 0; i < count / 8; ++i) bytes_.Append(uint8_t{0xff});
    size_ = count - count % 8;
    while (size_ < count) Append(true);
  }
  bool empty() const { return size_ == 0; }
  ArrowBuffer Take() {
    size_ = 0;
    return std::move(bytes_);
  }

 private:
  ArrowBuffer bytes_;
  int64_t size_ = 0;
};

}  // namespace diotima
