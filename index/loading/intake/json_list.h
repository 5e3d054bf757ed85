// MULTI cells that are JSON arrays.
#ifndef MUSTER_INDEX_LOADING_INTAKE_JSON_LIST_H_
#define MUSTER_INDEX_LOADING_INTAKE_JSON_LIST_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace muster::index {

// What a text is, as a list.
enum class JsonListKind : uint8_t {
  kNone,    // no JSON array
  kFlat,    // an array of texts, numbers, true, false and null
  kNested,  // an array with an array or object in it
};

// Reads one cell after another with the same memory. Not thread-safe.
class JsonListReader {
 public:
  JsonListReader();
  ~JsonListReader();

  // When it is kFlat, `parts` gets its elements: a text unescaped, a number and true or false as they are
  // written, null as the empty text. They are valid until the next call. REQUIRES: `cell` is UTF-8.
  JsonListKind Read(std::string_view cell, std::vector<std::string_view>& parts);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_INTAKE_JSON_LIST_H_
