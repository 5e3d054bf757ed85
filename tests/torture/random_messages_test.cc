// Almost valid messages to every method of a server: it keeps running, its memory stays bounded, and it
// answers a count at the same time.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"
#include "gtest/gtest.h"
#include "tests/matchers/status.h"
#include "tests/semantics/tiny_server.h"
#include "tests/torture/torture.h"

namespace muster::testing {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::Reflection;

struct Method {
  std::string path;
  const Descriptor* request;
};

std::vector<Method> Methods() {
  std::vector<Method> methods;
  const auto* const pool = google::protobuf::DescriptorPool::generated_pool();
  for (const char* name : {"muster.v1.QueryService", "muster.v1.CatalogService", "muster.v1.LoadService"}) {
    const auto* const service = pool->FindServiceByName(name);
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      methods.push_back({absl::StrCat("/", name, "/", method.name()), method.input_type()});
    }
  }
  for (const char* path :
       {"/grpc.health.v1.Health/Check", "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        "/no.Such/Method"})
    methods.push_back({path, methods.front().request});
  return methods;
}

class Writer {
 public:
  explicit Writer(uint32_t seed) : random_(seed) {}

  // Bytes of a random message of that type, changed here and there.
  std::string Bytes(const Descriptor& type) {
    const std::unique_ptr<Message> message(factory_.GetPrototype(&type)->New());
    Fill(*message, 6);
    std::string bytes = message->SerializePartialAsString();
    for (uint32_t changes = Below(4); changes > 0 && !bytes.empty(); --changes) Change(bytes);
    if (Below(50) == 0) {  // now and then a large one
      const std::string piece = bytes.substr(0, 200);
      while (!piece.empty() && bytes.size() < (size_t{1} << (10 + Below(13)))) bytes += piece;
    }
    return bytes;
  }
  uint32_t Below(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }

 private:
  void Change(std::string& bytes) {
    const size_t at = Below(static_cast<uint32_t>(bytes.size()));
    switch (Below(4)) {
      case 0:
        bytes[at] = static_cast<char>(random_());
        break;
      case 1:
        bytes.erase(at, 1 + Below(20));
        break;
      case 2:
        bytes.insert(at, bytes.substr(Below(static_cast<uint32_t>(bytes.size())), Below(40)));
        break;
      default:
        bytes.resize(at);
    }
  }

  std::string Text() {
    static const std::vector<std::string> texts = {"p",
                                                   "city",
                                                   "EVERYONE",
                                                   "city = 'x'",
                                                   "NOT (city = 'x' AND HAS n)",
                                                   "n BETWEEN 1 AND 9",
                                                   "2026-01-31",
                                                   "a",
                                                   "",
                                                   "city LIKE '%'",
                                                   "AT LEAST 1 OF (HAS city, n > 3)",
                                                   "((((",
                                                   "0",
                                                   "-1",
                                                   "UTC",
                                                   "x\xff",
                                                   "9999999999999999999"};
    return Below(8) == 0 ? std::string(Below(600), static_cast<char>(random_())) : texts[Below(texts.size())];
  }

  void Fill(Message& message, int depth) {
    const Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (Below(3) == 0) continue;
      const uint32_t times = field.is_repeated() ? Below(4) : 1;
      for (uint32_t time = 0; time < times; ++time) Set(message, field, depth);
    }
  }

  void Set(Message& message, const FieldDescriptor& field, int depth) {
    const Reflection& reflection = *message.GetReflection();
    const bool many = field.is_repeated();
    const uint64_t number = Below(2) == 0 ? Below(5) : random_();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (depth > 0)
          Fill(many ? *reflection.AddMessage(&message, &field) : *reflection.MutableMessage(&message, &field),
               depth - 1);
        return;
      case FieldDescriptor::CPPTYPE_STRING:
        many ? reflection.AddString(&message, &field, Text())
             : reflection.SetString(&message, &field, Text());
        return;
      case FieldDescriptor::CPPTYPE_UINT32:
        many ? reflection.AddUInt32(&message, &field, static_cast<uint32_t>(number))
             : reflection.SetUInt32(&message, &field, static_cast<uint32_t>(number));
        return;
      case FieldDescriptor::CPPTYPE_UINT64:
        many ? reflection.AddUInt64(&message, &field, number)
             : reflection.SetUInt64(&message, &field, number);
        return;
      case FieldDescriptor::CPPTYPE_INT32:
        many ? reflection.AddInt32(&message, &field, static_cast<int32_t>(number))
             : reflection.SetInt32(&message, &field, static_cast<int32_t>(number));
        return;
      case FieldDescriptor::CPPTYPE_ENUM:
        if (!many) reflection.SetEnumValue(&message, &field, static_cast<int>(number));
        return;
      case FieldDescriptor::CPPTYPE_BOOL:
        if (!many) reflection.SetBool(&message, &field, number % 2 == 0);
        return;
      default:
        return;
    }
  }

  std::mt19937_64 random_;
  google::protobuf::DynamicMessageFactory factory_;
};

// Sends the messages in one call and reads its answers to the end.
grpc::Status Call(grpc::GenericStub& stub, const std::string& path,
                  const std::vector<std::string>& messages) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  grpc::CompletionQueue queue;
  void* tag = nullptr;
  bool ok = false;
  const auto call = stub.PrepareCall(&context, path, &queue);
  call->StartCall(nullptr);
  queue.Next(&tag, &ok);
  for (size_t i = 0; ok && i < messages.size(); ++i) {
    const grpc::Slice slice(messages[i]);
    call->Write(grpc::ByteBuffer(&slice, 1), nullptr);
    queue.Next(&tag, &ok);
  }
  call->WritesDone(nullptr);
  queue.Next(&tag, &ok);
  for (ok = true; ok;) {
    grpc::ByteBuffer answer;
    call->Read(&answer, nullptr);
    queue.Next(&tag, &ok);
  }
  grpc::Status status;
  call->Finish(&status, nullptr);
  queue.Next(&tag, &ok);
  return status;
}

TEST(RandomMessages, LeaveTheServerAliveSmallAndRight) {
  TinyServer server;
  server.MustLoad("id,city,n\na,x,1\nb,y,5\nc,x,9\n",
                  "tags:\n  - {name: city, kind: SINGLE}\n  - {name: n, kind: NUMBER}\n");
  server.MustLoad("id,city\na,x\nb,x\n", "tags:\n  - {name: city, kind: SINGLE}\n", {"--population", "kept"});
  const uint32_t seed = IsLongRun() ? std::random_device()() : 20260131;
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  Writer writer(seed);
  const std::vector<Method> methods = Methods();
  grpc::GenericStub stub(grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials()));
  v1::CountMembersRequest question;
  question.set_population("kept");  // no message names it
  question.mutable_expression()->set_text("city = 'x'");
  std::map<grpc::StatusCode, int> codes;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(InFull(4, 20 * 60));
  for (int round = 0; std::chrono::steady_clock::now() < end; ++round) {
    const Method& method = methods[static_cast<size_t>(round) % methods.size()];
    std::vector<std::string> messages;
    const bool stream = method.path.find("LoadRecords") != std::string::npos;
    for (uint32_t i = stream ? 1 + writer.Below(5) : 1; i > 0; --i)
      messages.push_back(writer.Bytes(*method.request));
    const grpc::Status status = Call(stub, method.path, messages);
    ++codes[status.error_code()];
    ASSERT_NE(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
    EXPECT_NE(status.error_code(), grpc::StatusCode::INTERNAL)
        << method.path << ": " << status.error_message();
    EXPECT_NE(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED) << method.path;
    if (round % 50 != 0) continue;
    grpc::ClientContext context;
    v1::CountMembersResponse answer;
    ASSERT_THAT(server.queries().CountMembers(&context, question, &answer), IsOk());
    ASSERT_EQ(answer.count(), 2u);
    ASSERT_LE(AnonymousBytes(server.process().pid()), uint64_t{512} << 20);
  }
  std::string counted;
  for (const auto& [code, times] : codes) absl::StrAppend(&counted, " ", code, ":", times);
  RecordProperty("status_codes", counted);
  EXPECT_GT(codes[grpc::StatusCode::INVALID_ARGUMENT], 0);
  EXPECT_GT(codes[grpc::StatusCode::OK], 0);
  EXPECT_EQ(server.process().Stop(), 0);
}

}  // namespace
}  // namespace muster::testing
