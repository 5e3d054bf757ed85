#include "server/wire/message_weight.h"

#include <algorithm>
#include <climits>

#include "google/protobuf/io/coded_stream.h"

namespace muster::server {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::io::CodedInputStream;

// Estimated bytes of memory, including malloc's and the pointer in a list; rounded up rather than down.
constexpr uint64_t kMessage = 48;  // without its fields
constexpr uint64_t kField = 8;     // of a message, in the object
constexpr uint64_t kText = 56;     // a string object; longer texts have their bytes elsewhere
constexpr uint64_t kShortText = 15;
constexpr uint64_t kUnknownField = 64;
constexpr int kDeepest = 100;  // protobuf refuses deeper ones

// The wire types of protobuf's encoding.
enum WireType : uint32_t {
  kVarint = 0,
  kFixed64 = 1,
  kLengthDelimited = 2,
  kStartGroup = 3,
  kEndGroup = 4,
  kFixed32 = 5
};

uint64_t ElementBytes(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return 1;
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_ENUM:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return 4;
    default:
      return 8;
  }
}

// The fields of a oneof share one place.
uint64_t FieldsInMemory(const Descriptor& type) {
  int fields = type.field_count() + type.oneof_decl_count();
  for (int i = 0; i < type.oneof_decl_count(); ++i) fields -= type.oneof_decl(i)->field_count();
  return static_cast<uint64_t>(fields);
}

class Scale {
 public:
  Scale(CodedInputStream& input, uint64_t most) : input_(input), most_(most) {}

  uint64_t weight() const { return weight_; }

  // Weighs the rest of the message at hand. False: that is enough, or the bytes are no message.
  bool Weigh(const Descriptor& type, int depth) {
    Add(kMessage + kField * FieldsInMemory(type));
    if (depth == kDeepest) return false;
    while (weight_ <= most_) {
      const uint32_t key = input_.ReadTag();
      if (key == 0) return input_.ConsumedEntireMessage();
      const FieldDescriptor* const field = type.FindFieldByNumber(static_cast<int>(key >> 3));
      if (!WeighField(field, key & 7, depth)) return false;
    }
    return false;
  }

 private:
  bool WeighField(const FieldDescriptor* field, uint32_t wire_type, int depth) {
    uint64_t ignored = 0;
    if (field == nullptr) {
      Add(kUnknownField);
    } else if (wire_type != kLengthDelimited && field->is_repeated()) {
      Add(ElementBytes(*field));
    }
    switch (wire_type) {
      case kVarint:
        return input_.ReadVarint64(&ignored);
      case kFixed64:
        return input_.Skip(8);
      case kFixed32:
        return input_.Skip(4);
      case kLengthDelimited:
        return WeighLengthDelimited(field, depth);
      default:
        return false;  // proto3 has no groups
    }
  }

  bool WeighLengthDelimited(const FieldDescriptor* field, int depth) {
    uint32_t length = 0;
    if (!input_.ReadVarint32(&length) || length > INT_MAX) return false;
    if (field == nullptr) {
      Add(length);
      return input_.Skip(static_cast<int>(length));
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        const CodedInputStream::Limit limit = input_.PushLimit(static_cast<int>(length));
        if (!Weigh(*field->message_type(), depth + 1)) return false;
        input_.PopLimit(limit);
        return true;
      }
      case FieldDescriptor::CPPTYPE_STRING:
        Add(kText + (length > kShortText ? length : 0));
        return input_.Skip(static_cast<int>(length));
      default:
        return WeighPacked(*field, length);
    }
  }

  bool WeighPacked(const FieldDescriptor& field, uint32_t length) {
    const uint64_t bytes = ElementBytes(field);
    const bool fixed =
        field.type() == FieldDescriptor::TYPE_FIXED32 || field.type() == FieldDescriptor::TYPE_FIXED64 ||
        field.type() == FieldDescriptor::TYPE_SFIXED32 || field.type() == FieldDescriptor::TYPE_SFIXED64 ||
        field.type() == FieldDescriptor::TYPE_FLOAT || field.type() == FieldDescriptor::TYPE_DOUBLE;
    if (fixed) {
      Add(length);
      return input_.Skip(static_cast<int>(length));
    }
    // Each element ends with a byte below 128.
    uint32_t left = length;
    while (left > 0) {
      const void* piece = nullptr;
      int size = 0;
      if (!input_.GetDirectBufferPointer(&piece, &size) || size <= 0) return false;
      const auto* const first = static_cast<const uint8_t*>(piece);
      const uint32_t taken = std::min(left, static_cast<uint32_t>(size));
      Add(bytes * static_cast<uint64_t>(
                      std::count_if(first, first + taken, [](uint8_t byte) { return byte < 128; })));
      if (!input_.Skip(static_cast<int>(taken))) return false;
      left -= taken;
    }
    return true;
  }

  void Add(uint64_t bytes) { weight_ += bytes; }

  CodedInputStream& input_;
  const uint64_t most_;
  uint64_t weight_ = 0;
};

}  // namespace

uint64_t ParsedWeight(google::protobuf::io::ZeroCopyInputStream& bytes, const Descriptor& type,
                      uint64_t most) {
  CodedInputStream input(&bytes);
  Scale scale(input, most);
  scale.Weigh(type, 0);
  return scale.weight();
}

}  // namespace muster::server
