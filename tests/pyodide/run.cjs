// Run the tests in Pyodide: node run.cjs SITE_PACKAGES [pytest's arguments], from the root of the project.
const fs = require("node:fs");
const path = require("node:path");
const { loadPyodide } = require("pyodide");

async function main([packages, ...args]) {
  const pyodide = await loadPyodide({
    env: { HOME: "/tmp", PYTHONDONTWRITEBYTECODE: "1" },
    fsInit: async (FS, { sitePackages }) => {
      FS.mkdirTree("/project");
      FS.mount(FS.filesystems.NODEFS, { root: process.cwd() }, "/project");
      FS.mount(FS.filesystems.NODEFS, { root: packages }, sitePackages);
    },
  });
  pyodide.runPython(fs.readFileSync(path.join(__dirname, "run.py"), "utf8"));
  process.exitCode = pyodide.globals.get("run")(pyodide.toPy(args));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
