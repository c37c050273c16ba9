"""A server of the Model Context Protocol, by which an assistant works the launches of a store.

    python mcp_server.py STORE.db WHO

It talks over standard input and output, and records as WHO, whatever the assistant says. It needs the package mcp, 2 or later.
"""

import argparse
import asyncio
import sys
from typing import Any

from servingchecklist import ChecklistError, Store, tools


def server_of(store: Store, by: str) -> Any:
    from mcp import types
    from mcp.server import Server

    async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[types.Tool(**schema) for schema in tools.schemas()])

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            text, is_error = tools.call(store, params.name, params.arguments or {}, by=by), False
        except ChecklistError as error:  # its message says what to write instead
            text, is_error = str(error), True
        return types.CallToolResult(content=[types.TextContent(text=text)], is_error=is_error)

    return Server("servingchecklist", on_list_tools=list_tools, on_call_tool=call_tool)


async def serve(store: Store, by: str) -> None:
    from mcp.server.stdio import stdio_server

    server = server_of(store, by)
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


if __name__ == "__main__":
    offered = "\n".join(f"{schema['name']}: {schema['description']}" for schema in tools.schemas())
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0], epilog=offered, formatter_class=raw)
    parser.add_argument("store", help="the file of the store, which has to exist")
    parser.add_argument("who", help="who records")
    options = parser.parse_args()
    try:
        Store(options.store, read_only=True).close()  # which has to exist: Store would create one
        with Store(options.store) as launches:
            asyncio.run(serve(launches, options.who))
    except ChecklistError as error:
        sys.exit(str(error))
