/** What tools put into a workspace, as a glob: searches for what people made pass over it. */
export const NOT_OWN = '**/{node_modules,.git,.venv,venv,site-packages,__pycache__}/**';
