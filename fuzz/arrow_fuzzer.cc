// Arrow streams: buffers are as long as lengths and last offsets say, which nobody can check;
// everything else is as the input has it. Such a stream is refused, or read within its buffers.
#include <diotima/arrow_import.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "fuzz/fuzz.h"

namespace diotima {
namespace {

// Takes what is to be decided off the input; zeros at its end.
class Choices {
 public:
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  T Take() {
    T value{};
    const size_t size = std::min(sizeof(T), bytes_.size());
    std::memcpy(&value, bytes_.data(), size);
    bytes_.remove_prefix(size);
    return value;
  }
  size_t Below(size_t bound) { return Take<uint8_t>() % bound; }
  // One in eight.
  bool Rarely() { return Take<uint8_t>() % 8 == 7; }

 private:
  std::string_view bytes_;
};

struct Format {
  const char* text;
  size_t width;  // bytes of a value; 0: see Fill
};
constexpr Format kFormats[] = {
    {"c", 1},    {"C", 1},    {"s", 2},       {"S", 2},    {"i", 4},   {"I", 4},      {"l", 8},
    {"L", 8},    {"e", 2},    {"f", 4},       {"g", 8},    {"n", 0},   {"b", 0},      {"u", 0},
    {"U", 0},    {"z", 0},    {"Z", 0},       {"vu", 0},   {"vz", 0},  {"tdD", 4},    {"tdm", 8},
    {"tss:", 8}, {"tsm:", 8}, {"tsu:UTC", 8}, {"tsn:", 8}, {"w:3", 3}, {"+l", 0},     {"+L", 0},
    {"+w:2", 0}, {"+s", 0},   {"+m", 0},      {"+vl", 0},  {"tts", 4}, {"d:9,2", 16}, {"+r", 0}};

// A node of both trees. Every buffer is a block of its own, of the exact size.
struct Node {
  std::string format, name;
  std::vector<std::unique_ptr<char[]>> blocks;
  std::vector<const void*> buffers;
  std::vector<std::unique_ptr<Node>> children;
  std::unique_ptr<Node> dictionary;
  int64_t length = 0, offset = 0, nulls = -1, buffer_count = 0;

  char* AddBuffer(size_t size) {
    blocks.emplace_back(new char[size]);
    buffers.push_back(blocks.back().get());
    return blocks.back().get();
  }
};

void FillBytes(Choices* choices, char* to, size_t size) {
  for (size_t i = 0; i < size; ++i) to[i] = choices->Take<char>();
}

// Offsets as the input has them, but for the last, which tells the size of the data.
template <typename T>
void AddOffsets(Choices* choices, Node* node, size_t values, size_t data) {
  const auto bytes = (values + 1) * sizeof(T);
  char* const to = node->AddBuffer(bytes);
  for (size_t i = 0; i <= values; ++i) {
    auto offset = static_cast<T>(choices->Below(data + 2));
    if (choices->Rarely()) offset = choices->Take<T>();
    if (i == values) offset = std::min(offset, static_cast<T>(data));
    std::memcpy(to + i * sizeof(T), &offset, sizeof(T));
  }
}

std::unique_ptr<Node> MakeNode(Choices* choices, int depth, std::string format);

void AddViews(Choices* choices, Node* node, size_t values) {
  const size_t size = choices->Below(40);
  char* const views = node->AddBuffer(values * 16);
  FillBytes(choices, views, values * 16);
  for (size_t i = 0; i < values; ++i) {
    // Mostly short texts, and views into the one buffer that there is.
    if (choices->Rarely()) continue;
    const int32_t view[] = {static_cast<int32_t>(choices->Below(30)), 0,
                            static_cast<int32_t>(choices->Below(2)),
                            static_cast<int32_t>(choices->Below(40))};
    std::memcpy(views + i * 16, view, sizeof(view));
  }
  FillBytes(choices, node->AddBuffer(size), size);
  const auto sizes = static_cast<int64_t>(size);
  std::memcpy(node->AddBuffer(sizeof(sizes)), &sizes, sizeof(sizes));
}

void AddChildren(Choices* choices, Node* node, int depth) {
  const size_t count = node->format == "+s" ? choices->Below(4) : node->format == "+r" ? 2 : 1;
  for (size_t i = 0; i < count + (choices->Rarely() ? 1 : 0); ++i) {
    const bool entries = node->format == "+m" && !choices->Rarely();
    node->children.push_back(MakeNode(choices, depth - 1, entries ? "+s" : ""));
  }
}

void FillBuffers(Choices* choices, Node* node, size_t width, int depth) {
  const auto values = static_cast<size_t>(node->length + node->offset);
  const std::string& format = node->format;
  if (format == "n" || format == "+r") {
    if (format == "+r") AddChildren(choices, node, depth);
    return;
  }
  if (choices->Rarely()) {
    FillBytes(choices, node->AddBuffer((values + 7) / 8), (values + 7) / 8);
  } else {
    node->buffers.push_back(nullptr);
  }
  if (width > 0 || format == "b") {
    const size_t size = format == "b" ? (values + 7) / 8 : values * width;
    FillBytes(choices, node->AddBuffer(size), size);
    if (width > 0 && choices->Rarely()) node->dictionary = MakeNode(choices, depth - 1, "");
    return;
  }
  if (format[0] == 'v') return AddViews(choices, node, values);
  const size_t data = choices->Below(60);
  const bool wide = format == "U" || format == "Z" || format == "+L";
  if (format != "+s" && format != "+w:2") {
    wide ? AddOffsets<int64_t>(choices, node, values, data)
         : AddOffsets<int32_t>(choices, node, values, data);
  }
  if (format == "+vl") AddOffsets<int32_t>(choices, node, values, data);
  if (format[0] != '+') return FillBytes(choices, node->AddBuffer(data), data);
  AddChildren(choices, node, depth);
}

std::unique_ptr<Node> MakeNode(Choices* choices, int depth, std::string format) {
  auto node = std::make_unique<Node>();
  size_t width = 0;
  if (format.empty()) {
    const Format& chosen = kFormats[choices->Below(std::size(kFormats))];
    const bool nested = chosen.text[0] == '+';
    format = nested && depth <= 0 ? "c" : chosen.text;
    width = nested ? (depth <= 0 ? 1 : 0) : chosen.width;
  }
  node->format = std::move(format);
  node->name = std::string(1, static_cast<char>('a' + choices->Below(4)));
  node->length = static_cast<int64_t>(choices->Below(20));
  node->offset = choices->Rarely() ? static_cast<int64_t>(choices->Below(8)) : 0;
  if (choices->Rarely()) node->nulls = static_cast<int64_t>(choices->Below(9)) - 2;
  FillBuffers(choices, node.get(), width, depth);
  node->buffer_count = static_cast<int64_t>(node->buffers.size());
  if (choices->Rarely()) {
    node->buffer_count = static_cast<int64_t>(choices->Below(node->buffers.size() + 1));
  }
  return node;
}

// Each struct owns those below it; nodes belong to the stream.
template <typename T>
void ReleaseTree(T* tree) {
  for (int64_t i = 0; i < tree->n_children; ++i) {
    if (tree->children[i]->release != nullptr) tree->children[i]->release(tree->children[i]);
    delete tree->children[i];
  }
  delete[] tree->children;
  if (tree->dictionary != nullptr) {
    if (tree->dictionary->release != nullptr) tree->dictionary->release(tree->dictionary);
    delete tree->dictionary;
  }
  tree->release = nullptr;
}

void Set(const Node& node, ArrowSchema* out) {
  out->format = node.format.c_str();
  out->name = node.name.c_str();
  out->flags = ARROW_FLAG_NULLABLE;
}

void Set(const Node& node, ArrowArray* out) {
  out->length = node.length;
  out->offset = node.offset;
  out->null_count = node.nulls;
  out->n_buffers = node.buffer_count;
  out->buffers = const_cast<const void**>(node.buffers.data());
}

template <typename T>
void Export(const Node& node, T* out) {
  std::memset(out, 0, sizeof(*out));
  Set(node, out);
  out->n_children = static_cast<int64_t>(node.children.size());
  out->children = new T*[node.children.size()];
  for (size_t i = 0; i < node.children.size(); ++i) {
    Export(*node.children[i], out->children[i] = new T);
  }
  if (node.dictionary) Export(*node.dictionary, out->dictionary = new T);
  out->release = ReleaseTree<T>;
}

struct Source {
  std::unique_ptr<Node> root;
  int batches = 1;
};

Source* SourceOf(ArrowArrayStream* stream) { return static_cast<Source*>(stream->private_data); }

void MakeStream(Source* source, ArrowArrayStream* out) {
  out->private_data = source;
  out->get_schema = [](ArrowArrayStream* stream, ArrowSchema* schema) {
    Export(*SourceOf(stream)->root, schema);
    return 0;
  };
  out->get_next = [](ArrowArrayStream* stream, ArrowArray* array) {
    std::memset(array, 0, sizeof(*array));
    if (SourceOf(stream)->batches-- > 0) Export(*SourceOf(stream)->root, array);
    return 0;
  };
  out->get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  out->release = [](ArrowArrayStream* stream) { stream->release = nullptr; };
}

}  // namespace
}  // namespace diotima

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace diotima;
  Choices choices(Bytes(data, size));
  Source source{MakeNode(&choices, /*depth=*/3, choices.Rarely() ? "" : "+s")};
  ArrowArrayStream stream{};
  MakeStream(&source, &stream);
  auto reader = ReadArrow(&stream);
  RowBatch batch;
  Arena copies;
  while (reader.ok()) {
    const auto more = (*reader)->Read(&batch);
    if (!more.ok() || !*more) break;
    for (size_t row = 0; row < batch.rows(); ++row) {
      for (size_t c = 0; c < batch.columns().size(); ++c) copies.Copy(batch.Get(row, c));
    }
  }
  batch.Clear();
  return 0;
}
