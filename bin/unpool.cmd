@rem `unpool` in the terminals of VS Code, run by the own Node of the editor.
@setlocal
@set ELECTRON_RUN_AS_NODE=1
@"%UNPOOL_NODE%" "%~dp0..\dist\cli.js" %*
