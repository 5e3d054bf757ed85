// The position of a decoder in a message.
#ifndef MUSTER_SERVER_WIRE_EXPRESSIONS_FIELD_PATH_H_
#define MUSTER_SERVER_WIRE_EXPRESSIONS_FIELD_PATH_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/wire/error_status.h"

namespace muster::server {

// The path of the current field: one string that grows and shrinks, because it is only read for an error. Not
// thread-safe.
class FieldPath {
 public:
  explicit FieldPath(std::string_view field) : text_(field) {}
  const std::string& text() const { return text_; }

  // The error for a field of the current message.
  absl::Status Wrong(std::string_view field, std::string_view message) const {
    return FieldError(absl::StrCat(text_, ".", std::string(field)), message);
  }

 private:
  friend class PathStep;
  std::string text_;
};

// Appends a step to a path for the duration of a scope.
class PathStep {
 public:
  PathStep(FieldPath& path, std::string_view name) : text_(path.text_), length_(text_.size()) {
    text_.append(".").append(name);
  }
  PathStep(FieldPath& path, std::string_view name, int index) : PathStep(path, name) {
    text_.append(absl::StrCat("[", index, "]"));
  }
  ~PathStep() { text_.resize(length_); }
  PathStep(const PathStep&) = delete;
  PathStep& operator=(const PathStep&) = delete;

 private:
  std::string& text_;
  const size_t length_;
};

}  // namespace muster::server

#endif  // MUSTER_SERVER_WIRE_EXPRESSIONS_FIELD_PATH_H_
