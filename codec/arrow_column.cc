#include "arrow_column.h"

namespace diotima {

Status BrokenArrowSchema(std::string_view path, const std::string& what) {
  return Status::InvalidArgument("column \"" + std::string(path) + "\": its Arrow schema " + what);
}

Status ArrowColumn::Broken(const std::string& what) const {
  return Status::InvalidArgument("column \"" + path_ + "\": its Arrow array is broken: " + what);
}

Status ArrowColumn::Unfit(const std::string& what) const {
  return Status::SchemaMismatch("column \"" + path_ + "\": " + what);
}

Status ArrowColumn::Bind(const ArrowArray* array) {
  length_ = 0;
  if (array == nullptr) return Broken("an array is missing");
  if (Status status = CheckShape(*array); !status.ok()) return status;
  length_ = array->length;
  validity_ = array->n_buffers == 0 ? ArrowValidity() : ArrowValidity(*array);
  return BindParts(*array);
}

// Of `null_count` only what is needed: -1 says that it is not known, and a missing bitmap that all
// are valid.
Status ArrowColumn::CheckShape(const ArrowArray& array) const {
  int64_t end = 0;
  if (array.release == nullptr) return Broken("it was released");
  if (array.length < 0 || array.offset < 0 ||
      __builtin_add_overflow(array.length, array.offset, &end)) {
    return Broken("its length is " + std::to_string(array.length) + ", its offset " +
                  std::to_string(array.offset));
  }
  auto count = [this](const char* what, int64_t found, int64_t expected) {
    return Broken("it has " + std::to_string(found) + " " + what + ", its type has " +
                  std::to_string(expected));
  };
  const int64_t expected = buffers();
  if (expected >= 0 ? array.n_buffers != expected : array.n_buffers < -expected) {
    return count("buffers", array.n_buffers, expected < 0 ? -expected : expected);
  }
  if (array.n_buffers > 0 && array.buffers == nullptr) return Broken("its buffers are missing");
  if (array.n_children != children()) return count("children", array.n_children, children());
  if (array.n_children > 0 && array.children == nullptr) return Broken("its children are missing");
  if ((array.dictionary != nullptr) != has_dictionary()) {
    return Broken(has_dictionary() ? "its dictionary is missing"
                                   : "it has a dictionary, which its type does not");
  }
  return Status::Ok();
}

}  // namespace diotima
