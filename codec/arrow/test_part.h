// Arrow arrays and streams by hand, for tests.
#pragma once

#include <diotima/arrow_abi.h>
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace diotima {

// Little-endian bytes of numbers.
template <typename T>
std::string Bytes(std::initializer_list<T> numbers) {
  std::string bytes(numbers.size() * sizeof(T), '\0');
  if (!bytes.empty()) std::memcpy(bytes.data(), numbers.begin(), bytes.size());
  return bytes;
}

// "101": the first bit, which is the lowest, and the third.
inline std::string Bits(std::string_view text) {
  std::string bytes((text.size() + 7) / 8, '\0');
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '1') bytes[i / 8] |= static_cast<char>(1 << (i % 8));
  }
  return bytes;
}

// An array with its type. Wrong ones can be made too: nothing is checked.
struct ArrowPart {
  std::string format;
  std::string name = "a";
  int64_t length = 0;
  std::vector<std::optional<std::string>> buffers;  // nothing: a null pointer
  std::vector<ArrowPart> children = {};
  std::shared_ptr<ArrowPart> dictionary = {};
  int64_t offset = 0;
  int64_t nulls = -1;
  std::optional<int64_t> buffer_count = {};  // not that of `buffers`
};

// Makes C structs of parts, and counts how many are not released.
class ArrowProducer {
 public:
  static int& live() {
    static int count = 0;
    return count;
  }

  static void Export(const ArrowPart& part, ArrowSchema* out) {
    auto* owned = new Owned<ArrowSchema>{part, {}, {}, {}, {}};
    out->format = owned->part.format.c_str();
    out->name = owned->part.name.c_str();
    out->metadata = nullptr;
    out->flags = ARROW_FLAG_NULLABLE;
    Finish(owned, out);
  }

  static void Export(const ArrowPart& part, ArrowArray* out) {
    auto* owned = new Owned<ArrowArray>{part, {}, {}, {}, {}};
    for (auto& buffer : owned->part.buffers) {
      owned->buffers.push_back(buffer ? buffer->data() : nullptr);
    }
    out->length = part.length;
    out->null_count = part.nulls;
    out->offset = part.offset;
    out->n_buffers = part.buffer_count.value_or(static_cast<int64_t>(part.buffers.size()));
    out->buffers = owned->buffers.data();
    Finish(owned, out);
  }

 private:
  template <typename T>
  struct Owned {
    ArrowPart part;
    std::vector<const void*> buffers;
    std::vector<T> children;
    std::vector<T*> child_pointers;
    T dictionary;
  };

  template <typename T>
  static void Finish(Owned<T>* owned, T* out) {
    owned->children.resize(owned->part.children.size());
    for (size_t i = 0; i < owned->children.size(); ++i) {
      Export(owned->part.children[i], &owned->children[i]);
      owned->child_pointers.push_back(&owned->children[i]);
    }
    out->n_children = static_cast<int64_t>(owned->children.size());
    out->children = owned->child_pointers.data();
    out->dictionary = nullptr;
    if (owned->part.dictionary) {
      Export(*owned->part.dictionary, &owned->dictionary);
      out->dictionary = &owned->dictionary;
    }
    out->release = Release<T>;
    out->private_data = owned;
    ++live();
  }

  template <typename T>
  static void Release(T* released) {
    auto* owned = static_cast<Owned<T>*>(released->private_data);
    for (T& child : owned->children) {
      if (child.release != nullptr) child.release(&child);
    }
    if (owned->part.dictionary && owned->dictionary.release != nullptr) {
      owned->dictionary.release(&owned->dictionary);
    }
    delete owned;
    released->release = nullptr;
    --live();
  }
};

// A record batch of columns, as long as the first of them.
inline ArrowPart RecordBatch(std::vector<ArrowPart> columns) {
  const int64_t length = columns.empty() ? 0 : columns[0].length;
  return {.format = "+s",
          .name = "",
          .length = length,
          .buffers = {std::nullopt},
          .children = std::move(columns)};
}

// A stream of record batches of one schema, that of the first; then an error, if there is one.
struct ArrowBatches {
  std::vector<ArrowPart> batches;
  int error = 0;
  const char* message = nullptr;
  bool fail_schema = false;
  size_t next = 0;

  void Export(ArrowArrayStream* out) const {
    out->get_schema = [](ArrowArrayStream* stream, ArrowSchema* schema) {
      auto* self = Of(stream);
      if (self->fail_schema) return self->error;
      ArrowProducer::Export(self->batches.at(0), schema);
      return 0;
    };
    out->get_next = [](ArrowArrayStream* stream, ArrowArray* array) {
      auto* self = Of(stream);
      array->release = nullptr;
      if (self->next == self->batches.size()) return self->error;
      ArrowProducer::Export(self->batches[self->next++], array);
      return 0;
    };
    out->get_last_error = [](ArrowArrayStream* stream) { return Of(stream)->message; };
    out->release = [](ArrowArrayStream* stream) {
      delete Of(stream);
      stream->release = nullptr;
      --ArrowProducer::live();
    };
    out->private_data = new ArrowBatches(*this);
    ++ArrowProducer::live();
  }

 private:
  static ArrowBatches* Of(ArrowArrayStream* stream) {
    return static_cast<ArrowBatches*>(stream->private_data);
  }
};

// Checks that all that was made was released, once.
class ArrowTest : public testing::Test {
 protected:
  ~ArrowTest() override { EXPECT_EQ(ArrowProducer::live(), 0); }
};

}  // namespace diotima
