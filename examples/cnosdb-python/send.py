"""Ten orders as traces, sent as a program of CnosDB's users sends them."""

import base64
import os
import random
import time

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode

USER, PASSWORD = "root", ""


def create_provider(endpoint: str) -> TracerProvider:
    credentials = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    exporter = OTLPSpanExporter(
        endpoint=endpoint,
        headers={
            "Authorization": f"Basic {credentials}",
            "tenant": "cnosdb",
            "db": "public",
            "table": "t1",
        },
    )
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "orders"}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def place_order(tracer: trace.Tracer, number: int) -> None:
    with tracer.start_as_current_span("POST /orders", kind=SpanKind.SERVER) as order:
        order.set_attribute("order.number", number)
        with tracer.start_as_current_span("reserve stock") as reserve:
            reserve.add_event("reserved", {"pieces": random.randint(1, 5)})
            time.sleep(random.uniform(0.005, 0.02))
        with tracer.start_as_current_span("charge card", kind=SpanKind.CLIENT) as charge:
            time.sleep(random.uniform(0.01, 0.05))
            if number % 5 == 0:
                charge.set_status(Status(StatusCode.ERROR, "card declined"))
                order.set_status(Status(StatusCode.ERROR))


def main() -> None:
    endpoint = os.environ.get("TRACES_ENDPOINT", "http://127.0.0.1:8902/api/v1/traces")
    provider = create_provider(endpoint)
    tracer = provider.get_tracer("orders.example")
    for number in range(1, 11):
        place_order(tracer, number)
    provider.shutdown()
    print(f"10 traces are on their way to {endpoint}")


if __name__ == "__main__":
    main()
