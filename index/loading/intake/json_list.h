// MULTI cells that are JSON arrays.
#ifndef MUSTER_INDEX_LOADING_INTAKE_JSON_LIST_H_
#define MUSTER_INDEX_LOADING_INTAKE_JSON_LIST_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace muster::index {

// The kinds of text in a list's cell.
enum class JsonListKind : uint8_t {
  kNone,    // no JSON array
  kFlat,    // an array of texts, numbers, true, false and null
  kNested,  // an array with an array or object in it
};

// Reads one cell after another, reusing its memory. Not thread-safe.
class JsonListReader {
 public:
  JsonListReader();
  ~JsonListReader();

  // The kind of the cell. For kFlat, `parts` gets its elements: a text unescaped, a number, true or false as
  // written, null as the empty text. They are valid until the next call. REQUIRES: `cell` is UTF-8.
  JsonListKind Read(std::string_view cell, std::vector<std::string_view>& parts);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_JSON_LIST_H_
